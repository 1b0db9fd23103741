/*
 * Giving up privilege: capabilities(7), by libcap.
 */
#ifndef PRIVILEGE_H
#define PRIVILEGE_H

#include <sys/types.h>

#include <stdbool.h>

struct account {
	uid_t uid;
	gid_t gid;
	bool root; /* et-sshd was started as root and will change */
};

/*
 * Who the processes shall be: user when started as root, else whoever
 * started it.  Returns NULL, or why not.
 */
const char *privilege_account(const char *user, struct account *);

/*
 * Become the account and keep, of the capabilities there are, only what the
 * launcher (CAP_SYS_CHROOT) or the monitor (CAP_NET_BIND_SERVICE) needs.
 * Nothing can be gained afterwards.  Returns NULL, or why not.
 */
const char *privilege_launcher(const struct account *);
const char *privilege_monitor(const struct account *);

/* The monitor's last one, when no port below 1024 has to be bound any more. */
const char *privilege_drop_low_ports(void);

/* May this process bind ports below 1024? */
bool privilege_low_ports(void);

/* In a child before exec: a worker may chroot, a keeper may do nothing. */
const char *privilege_child(bool may_chroot);

#endif
