#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>

#include "calls.h"
#include "fence.h"
#include "filter.h"

#define NEGATIVE 0x80000000u /* as a pid: a group, or everybody */

/* What fork(2) does not ask for. */
#define NOT_FORK                                                         \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |   \
	    CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_PTRACE | \
	    CLONE_PARENT)

/*
 * The launcher's own are few: clone, execveat, wait4, kill, and its socket.
 * The rest is what its children do under this filter, too: calls_start until
 * they are sealed; and what their own, narrower lists have, since a call is
 * made only if each filter lets it.  A list here must therefore have all of
 * worker/seal, console/seal and keeper/filter.
 */
static const struct call launcher[] = {
    CALL_IF(clone, 1, ARG_LACKS(0, NOT_FORK)),
    CALL_IF(execveat, 1, ARG_IS(4, AT_EMPTY_PATH)),
    CALL(wait4),
    CALL_IF(kill, 2, ARG_LACKS(0, NEGATIVE), ARG_IS(1, SIGKILL)),
    /* each kind runs as somebody else */
    CALL(setuid),
    CALL(setgid),
    CALL(setgroups),
    CALL(setresuid),
    CALL(setresgid),
    CALL(setreuid),
    CALL(setregid),
    /* a child's descriptors */
    CALL_IF(fcntl, 2, ARG_IS(1, F_SETFD), ARG_IS(2, 0)),
    CALL_IF(fcntl, 1, ARG_IS(1, F_DUPFD_CLOEXEC)),
    CALL(socketpair), /* a worker's, to try a host key */
    CALL_IF(fcntl, 2, ARG_IS(1, F_SETFL), ARG_IS(2, 0)), /* libssh there */
    /* a sealed worker's, and a sealed console's */
    CALL_IF(setsockopt, 2, ARG_IS(1, IPPROTO_TCP), ARG_IS(2, TCP_NODELAY)),
    CALL_IF(setsockopt, 2, ARG_IS(1, IPPROTO_TCP), ARG_IS(2, TCP_CORK)),
    CALL_IF(setsockopt, 2, ARG_IS(1, IPPROTO_TCP), ARG_IS(2, TCP_QUICKACK)),
    CALL_IF(setsockopt, 2, ARG_IS(1, SOL_SOCKET), ARG_IS(2, SO_RCVLOWAT)),
    CALL(signalfd4),
    /* harmless: how the tests' stand-ins wait */
    CALL(alarm),
    CALL(pause),
};

const char *
filter_launcher(void)
{
	const struct call_list calls[] = {CALLS(launcher), calls_start,
	    calls_store, calls_thread, calls_memory, calls_loop,
	    calls_loop_start, calls_refused};
	/*
	 * Inherited like the filter.  Paths are not named: libraries, the time
	 * zone, libcrypto's configuration and the store lie where the system
	 * and the administrator put them, and a keeper or console that starts
	 * must find them.  Each names its own when it is sealed.
	 */
	const struct fence fence = {.files = FENCE_SPECIAL};
	const char *failure;

	if ((failure = fence_enter(&fence)) != NULL)
		return failure;
	return calls_enter(calls, sizeof(calls) / sizeof(calls[0]));
}
