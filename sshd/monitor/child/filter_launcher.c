#include "config.h"

#include <sys/socket.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "calls.h"
#include "fence.h"
#include "filter.h"
#include "privilege.h"

#define NEGATIVE 0x80000000u /* as a pid: a group, or everybody */

/* Flags of clone(2) that fork(2) does not set. */
#define NOT_FORK                                                         \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |   \
	    CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_PTRACE | \
	    CLONE_PARENT)

/*
 * The launcher's own are few: clone, execveat, wait4, kill, and its socket.
 * The rest is what its children do under this filter, too: calls_start until
 * they are sealed; and what their own, narrower lists have, since a call is
 * made only if each filter lets it.  A list here must therefore have all of
 * worker/seal, console/seal, page/seal, link/seal and keeper/filter.
 */
static const struct call launcher[] = {
    CALL_IF(clone, 1, ARG_LACKS(0, NOT_FORK)),
    CALL_IF(execveat, 1, ARG_IS(4, AT_EMPTY_PATH)),
    CALL(wait4),
    CALL_IF(kill, 2, ARG_LACKS(0, NEGATIVE), ARG_IS(1, SIGKILL)),
    /* a child's descriptors */
    CALL_IF(fcntl, 2, ARG_IS(1, F_SETFD), ARG_IS(2, 0)),
    CALL_IF(fcntl, 1, ARG_IS(1, F_DUPFD_CLOEXEC)),
    CALL(socketpair), /* a worker's, to try a host key; the link's, TLS */
    CALL_IF(fcntl, 2, ARG_IS(1, F_SETFL), ARG_IS(2, 0)), /* libssh there */
    /* a sealed worker's, and a sealed console's */
    CALL_IF(setsockopt, 2, ARG_IS(1, IPPROTO_TCP), ARG_IS(2, TCP_NODELAY)),
    CALL_IF(setsockopt, 2, ARG_IS(1, IPPROTO_TCP), ARG_IS(2, TCP_CORK)),
    CALL_IF(setsockopt, 2, ARG_IS(1, IPPROTO_TCP), ARG_IS(2, TCP_QUICKACK)),
    CALL_IF(setsockopt, 2, ARG_IS(1, SOL_SOCKET), ARG_IS(2, SO_RCVLOWAT)),
    CALL(signalfd4),
    CALL(fstatfs), /* the keeper's: is the store's disk nearly full? */
    /* harmless: used by the tests' stand-ins */
    CALL(alarm),
    CALL(pause),
};

/* An argument is 32 bits of the register. */
#define ID(i, id)                                         \
	{                                                 \
		(i), SCMP_CMP_MASKED_EQ, UINT32_MAX, (id) \
	}
#define OPENERS 2 /* kinds that open the store as its owner */
#define USERS (2 * ACCOUNTS + 2 * OPENERS + 2)

/* setresuid(2) or setresgid(2), with these three. */
static struct call
launcher_set(int number, id_t real, id_t effective, id_t saved)
{
	const struct call c = {.number = number,
	    .n = 3,
	    .arg = {ID(0, real), ID(1, effective), ID(2, saved)}};

	return c;
}

/*
 * Each kind runs as somebody else, and a console and a page are the store's
 * owner in effect until that is open (common/store_owner.h).  With CAP_SETUID nobody else can
 * be had than these: not root.
 */
static void
launcher_users(const struct account *a, struct call users[USERS])
{
	const int uids = SCMP_SYS(setresuid), gids = SCMP_SYS(setresgid);
	const struct call none = CALL_IF(setgroups, 1, ARG_IS(0, 0));
	const struct account_id *owner = &a->of[ACCOUNT_KEEPER];
	const struct account_id *id;
	const enum account_kind openers[OPENERS] = {
	    ACCOUNT_CONSOLE, ACCOUNT_PAGE};
	int i;
	const id_t same = UINT32_MAX;
	struct call *c = users;

	*c++ = none;
	for (i = 0; i < OPENERS; i++) {
		id = &a->of[openers[i]];
		*c++ = launcher_set(uids, id->uid, owner->uid, id->uid);
		*c++ = launcher_set(gids, id->gid, owner->gid, id->gid);
	}
	/* Once the store's owner was left that is tried, and must fail. */
	*c++ = launcher_set(uids, same, owner->uid, same);
	for (id = a->of; id < a->of + ACCOUNTS; id++) {
		*c++ = launcher_set(uids, id->uid, id->uid, id->uid);
		*c++ = launcher_set(gids, id->gid, id->gid, id->gid);
	}
}

const char *
filter_launcher(const struct account *a, enum store_reach reach)
{
	struct call users[USERS];
	const struct call_list calls[] = {CALLS(launcher), {users, USERS},
	    calls_start, calls_store, calls_thread, calls_memory, calls_loop,
	    calls_loop_start, calls_refused, calls_network,
	    reach == STORE_REACH_SOCKET ? calls_network_unix
					: calls_network_no_unix};
	const size_t n = sizeof(calls) / sizeof(calls[0]);
	/*
	 * Inherited like the filter.  Paths are not named: libraries, the time
	 * zone, libcrypto's configuration and the store lie where the system
	 * and the administrator put them, and a keeper or console that starts
	 * must find them.  Each names its own when it is sealed.
	 */
	const struct fence fence = {
	    .files = FENCE_SPECIAL, .connects = reach != STORE_REACH_FILES};
	const char *failure;

	launcher_users(a, users);
	if ((failure = fence_enter(&fence)) != NULL)
		return failure;
	return calls_enter(calls, reach == STORE_REACH_FILES ? n - 2 : n);
}
