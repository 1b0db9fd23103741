#include "config.h"

#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>

#include "calls.h"
#include "fence.h"
#include "seal.h"

#define MEMORY (UINT64_C(1) << 30) /* address space, bytes */
#define CPU 30 /* s, of one attempt */

/* The files of the stream and of the state, the pipe of an attempt. */
static const struct call queue[] = {
    CALL(getdents64),
    CALL(pipe2),
    CALL(rt_sigaction),
    CALL_IF(fcntl, 2, ARG_IS(1, F_SETFD), ARG_IS(2, FD_CLOEXEC)),
};

/* libcurl, its TLS, and libc's resolver with its thread. */
static const struct call network[] = {
    /* sockets */
    CALL_IF(socket, 1, ARG_IS(0, AF_INET)),
    CALL_IF(socket, 1, ARG_IS(0, AF_INET6)),
    CALL_IF(socket, 1, ARG_IS(0, AF_UNIX)),
    CALL_IF(socket, 1, ARG_IS(0, AF_NETLINK)),
    CALL(socketpair),
    CALL(connect),
    CALL(bind),
    CALL(getsockname),
    CALL(getpeername),
    CALL(getsockopt),
    CALL(setsockopt),
    CALL(sendto),
    CALL(sendmsg),
    CALL(sendmmsg),
    CALL(recvfrom),
    CALL(recvmsg),
    CALL(shutdown),
    /* descriptors */
    CALL(read),
    CALL(readv),
    CALL(write),
    CALL(writev),
    CALL(pread64),
    CALL(lseek),
    CALL(close),
    CALL(fcntl),
    CALL(poll),
    CALL(ppoll),
    CALL(select),
    CALL(pselect6),
    CALL(pipe2),
    CALL(eventfd2),
    CALL_IF(ioctl, 1, ARG_IS(1, FIONREAD)),
    CALL_IF(ioctl, 1, ARG_IS(1, FIONBIO)),
    CALL_FAILS_IF(ioctl, ENOTTY, 1, ARG_IS(1, TCGETS)),
    /* files, as far as Landlock and their owner permit */
    CALLS_FILES,
    CALL(fadvise64),
    CALL_FAILS(statfs, EACCES),
    /* libraries of the resolver, from files alone */
    CALL_IF(mmap, 1, ARG_LACKS(3, MAP_ANONYMOUS)),
    /* itself */
    CALL(uname),
    CALL(sysinfo),
    CALL(getuid),
    CALL(geteuid),
    CALL(getgid),
    CALL(getegid),
    CALL(getppid),
    CALL(nanosleep),
    CALL(clock_nanosleep),
    CALL(alarm),
    CALL_IF(prlimit64, 2, ARG_IS(0, 0), ARG_IS(2, 0)),
    CALL_IF(prctl, 1, ARG_IS(0, PR_SET_NAME)),
};

static const char *
seal_limit(int resource, rlim_t value)
{
	struct rlimit r = {.rlim_cur = value, .rlim_max = value};

	return setrlimit(resource, &r) == 0 ? NULL : "cannot set a limit";
}

static const char *
seal_enter(const struct fence *fence, const struct call_list *calls, size_t n)
{
	const char *failure;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return "cannot set no-new-privs";
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1)
		return "cannot become undumpable";
	if ((failure = fence_enter(fence)) != NULL)
		return failure;
	return calls_enter(calls, n);
}

const char *
seal_queue(const struct conf *conf)
{
	const struct call_list calls[] = {CALLS(queue), calls_memory,
	    calls_loop, calls_loop_start, calls_store};
	char *copy = strdup(conf->stream);
	const struct fence_path paths[] = {
	    {copy != NULL ? dirname(copy) : NULL, FENCE_READ},
	    {conf->state,
		FENCE_READ | FENCE_WRITE | FENCE_MAKE | FENCE_REMOVE}};
	const struct fence fence = {.files = FENCE_ALL,
	    .paths = paths,
	    .npaths = sizeof(paths) / sizeof(paths[0])};
	const char *failure;

	failure = seal_enter(&fence, calls, sizeof(calls) / sizeof(calls[0]));
	free(copy);
	return failure;
}

const char *
seal_network(const char *ca_file)
{
	const struct fence_path paths[] = {{ca_file, FENCE_READ},
	    {"/etc/hosts", FENCE_READ}, {"/etc/host.conf", FENCE_READ},
	    {"/etc/resolv.conf", FENCE_READ}, {"/etc/gai.conf", FENCE_READ},
	    {"/etc/nsswitch.conf", FENCE_READ}, {"/etc/services", FENCE_READ},
	    {"/etc/ld.so.cache", FENCE_READ}, {"/etc/ssl/certs", FENCE_READ},
	    {"/etc/ssl/openssl.cnf", FENCE_READ},
	    {"/run/systemd/resolve", FENCE_READ}, {"/lib", FENCE_READ},
	    {"/lib64", FENCE_READ}, {"/usr/lib", FENCE_READ},
	    {"/usr/lib64", FENCE_READ},
	    {"/usr/share/ca-certificates", FENCE_READ},
	    {"/usr/local/share/ca-certificates", FENCE_READ},
	    {"/dev/urandom", FENCE_READ}};
	const struct fence fence = {.files = FENCE_ALL,
	    .paths = paths,
	    .npaths = sizeof(paths) / sizeof(paths[0]),
	    .connects = true};
	const struct call_list calls[] = {
	    CALLS(network), calls_memory, calls_thread};
	const char *failure;

	if ((failure = seal_limit(RLIMIT_CORE, 0)) != NULL ||
	    (failure = seal_limit(RLIMIT_CPU, CPU)) != NULL)
		return failure;
#ifndef SANITIZE /* a sanitizer's shadow memory takes terabytes */
	if ((failure = seal_limit(RLIMIT_AS, MEMORY)) != NULL)
		return failure;
#endif
	return seal_enter(&fence, calls, sizeof(calls) / sizeof(calls[0]));
}
