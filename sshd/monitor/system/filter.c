#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>

#include "calls.h"
#include "conf.h"
#include "fence.h"
#include "filter.h"

#define STREAM (SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK)
#define PATHS 12

/* Only with node-listen: Landlock allows its port alone. */
static const struct call nodes[] = {
    CALL(connect),
    CALL_IF(getsockopt, 2, ARG_IS(1, SOL_SOCKET), ARG_IS(2, SO_ERROR)),
    CALL_IF(setsockopt, 2, ARG_IS(1, SOL_SOCKET), ARG_IS(2, SO_KEEPALIVE)),
    CALL_IF(setsockopt, 2, ARG_IS(1, IPPROTO_TCP), ARG_IS(2, TCP_KEEPIDLE)),
    CALL_IF(setsockopt, 2, ARG_IS(1, IPPROTO_TCP), ARG_IS(2, TCP_KEEPINTVL)),
    CALL_IF(setsockopt, 2, ARG_IS(1, IPPROTO_TCP), ARG_IS(2, TCP_KEEPCNT)),
};

static const struct call monitor[] = {
    /* sockets: for forwards, to children; none that connects */
    CALL_IF(socket, 3, ARG_IS(0, AF_INET), ARG_IS(1, STREAM), ARG_IS(2, 0)),
    CALL_IF(socket, 3, ARG_IS(0, AF_INET6), ARG_IS(1, STREAM), ARG_IS(2, 0)),
    CALL_FAILS_IF(socket, EACCES, 1, {0, SCMP_CMP_LT, AF_INET, 0}),
    CALL_FAILS_IF(socket, EACCES, 1, {0, SCMP_CMP_GT, AF_INET6, 0}),
    CALL_FAILS_IF(
	socket, EACCES, 2, ARG_IS(0, AF_INET), {1, SCMP_CMP_NE, STREAM, 0}),
    CALL_FAILS_IF(
	socket, EACCES, 2, ARG_IS(0, AF_INET6), {1, SCMP_CMP_NE, STREAM, 0}),
    CALL_IF(socketpair, 1, ARG_IS(0, AF_UNIX)),
    CALL(bind),
    CALL(listen),
    CALL(accept4),
    CALL(getsockname),
    CALL(getpeername),
    CALL_IF(setsockopt, 2, ARG_IS(1, SOL_SOCKET), ARG_IS(2, SO_REUSEADDR)),
    CALL_IF(setsockopt, 2, ARG_IS(1, SOL_SOCKET), ARG_IS(2, SO_LINGER)),
    CALL_IF(setsockopt, 2, ARG_IS(1, IPPROTO_IPV6), ARG_IS(2, IPV6_V6ONLY)),
    CALL_IF(setsockopt, 2, ARG_IS(1, IPPROTO_TCP), ARG_IS(2, TCP_NODELAY)),
    /* files: configuration, installer, event log */
    CALL(open),
    CALL(openat),
    CALL(getdents64), /* conf.d */
    CALL(stat),
    CALL(fstat),
    CALL(fstatfs), /* is the log's file system nearly full? */
    CALL(newfstatat),
    CALL(lseek),
    CALL(ftruncate), /* half a line, on a full disk */
    CALL(memfd_create),
    CALL_IF(fcntl, 1, ARG_IS(1, F_ADD_SEALS)),
    CALL_IF(fcntl, 1, ARG_IS(1, F_DUPFD_CLOEXEC)),
    CALL_FAILS(ioctl, ENOTTY), /* is it a terminal? */
    CALL(wait4), /* for the launcher, which ends the children */
    CALL(landlock_create_ruleset), /* of which version it is */
    /* libc, libev and libcap */
    CALL(rt_sigaction),
    CALL(capget),
    CALL(capset),
    CALL(geteuid),
    CALL(gettid),
    CALL(uname),
    CALL(sysinfo),
    CALL(clock_nanosleep),
    CALL(nanosleep),
    CALL(sched_yield),
    CALL(getrlimit),
    CALL_IF(prlimit64, 2, ARG_IS(0, 0), ARG_IS(2, 0)),
};

struct folders {
	struct fence_path paths[PATHS];
	char text[PATHS][PATH_MAX];
	size_t n;
};

static void
folders_add(struct folders *f, const char *path, unsigned int rights)
{
	char *text = f->text[f->n];

	if (f->n < PATHS && *path == '/') {
		snprintf(text, PATH_MAX, "%s", path);
		f->paths[f->n++] = (struct fence_path){dirname(text), rights};
	}
}

/* Where a file may be opened anew: beside its name, and where a link leads. */
static void
folders_of(struct folders *f, const char *path, unsigned int rights)
{
	char real[PATH_MAX];

	folders_add(f, path, rights);
	if (realpath(path, real) != NULL)
		folders_add(f, real, rights);
}

const char *
filter_monitor(
    const struct conf *conf, const char *conf_path, uint32_t node_port)
{
	const struct call_list calls[] = {CALLS(monitor), calls_memory,
	    calls_loop, calls_loop_start, calls_refused, CALLS(nodes)};
	const size_t n = sizeof(calls) / sizeof(calls[0]);
	const uint16_t port = (uint16_t)node_port;
	struct folders folders = {
	    .paths = {{"/dev/urandom", FENCE_READ},
		{"/etc/localtime", FENCE_READ}},
	    .n = 2,
	};
	struct fence fence = {
	    .files = FENCE_ALL,
	    .paths = folders.paths,
	    .binds = true,
	    .ports = &port,
	    .nports = port != 0,
	};
	const char *failure;

	folders_of(&folders, conf_path, FENCE_READ);
	if (conf->nhostkeys > 0) /* what is announced is beside it */
		folders_of(&folders, conf->hostkeys[0], FENCE_READ);
	folders_of(&folders, conf->installer, FENCE_READ);
	folders_of(&folders, conf->event_log, FENCE_WRITE | FENCE_MAKE);
	folders_of(&folders, conf->alert_log, FENCE_WRITE | FENCE_MAKE);
	fence.npaths = folders.n;
	if ((failure = fence_enter(&fence)) != NULL)
		return failure;
	return calls_enter(calls, port != 0 ? n : n - 1);
}
