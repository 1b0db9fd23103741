/*
 * Dropping privileges: capabilities(7), by libcap.
 */
#ifndef PRIVILEGE_H
#define PRIVILEGE_H

#include <sys/types.h>

#include <stdbool.h>

/* Each kind of process has a user of its own, where the system has it. */
enum account_kind {
	ACCOUNT_KEEPER, /* and the store's owner */
	ACCOUNT_MONITOR, /* and the launcher's */
	ACCOUNT_WORKER,
	ACCOUNT_CONSOLE,
	ACCOUNT_PAGE,
	ACCOUNT_LINK,
	ACCOUNTS
};

struct account {
	bool root; /* et-sshd was started as root and will change */
	struct account_id {
		uid_t uid;
		gid_t gid;
	} of[ACCOUNTS];
};

/*
 * Find the users of all processes.  Started as root: user for the keeper,
 * USER-monitor, USER-worker, USER-console, USER-page and USER-link for the others, or user
 * where these do not exist.  Else the invoking user for all.  Returns NULL, or why
 * not.
 */
const char *privilege_account(const char *user, struct account *);

/* "USER-worker", and whether that kind shares the keeper's uid instead. */
#define ACCOUNT_NAME 280
void account_name(char out[ACCOUNT_NAME], const char *user, enum account_kind);
bool account_shared(const struct account *, enum account_kind);

/*
 * Become the monitor's user and keep, of the capabilities there are, only what
 * the launcher (CAP_SYS_CHROOT; to start and end children of other users,
 * CAP_SETUID, CAP_SETGID and CAP_KILL) or the monitor (CAP_NET_BIND_SERVICE)
 * needs.  Nothing can be gained afterwards.  Returns NULL, or why not.
 */
const char *privilege_launcher(const struct account *);
const char *privilege_monitor(const struct account *);

/* Drop CAP_NET_BIND_SERVICE, the last one.  Returns NULL, or why not. */
const char *privilege_drop_low_ports(void);

/* May this process bind ports below 1024? */
bool privilege_low_ports(void);

/*
 * In a child before exec: become the user of its kind.  A worker may chroot, a
 * console and a page may become the store's owner in effect (see
 * common/store_owner.h), a keeper and the link may do nothing.  Returns NULL, or why not.
 */
const char *privilege_child(const struct account *, enum account_kind);

#endif
