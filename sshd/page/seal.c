#include "config.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>

#include "sandbox.h"
#include "seal.h"

#define FILES 256
#define MEMORY (UINT64_C(256) << 20) /* address space */
#define CPU 900 /* s of CPU time, for a page that stays open for days */

/* The calls with which an open store is read, and watched for changes. */
static const struct call reads[] = {
    CALL(pread64), CALL(lseek), CALL(fstat),
#ifndef __LP64__ /* where libc's fstat(2) is this one, if with a path too */
    CALL_IF(statx, 1, ARG_HAS(2, AT_EMPTY_PATH)),
    CALL_FAILS_IF(statx, EACCES, 1, ARG_LACKS(2, AT_EMPTY_PATH)),
#endif
    CALL_IF(fcntl, 1, ARG_IS(1, F_SETLK)),
    CALL_IF(fcntl, 1, ARG_IS(1, F_GETLK)), CALL(geteuid),
    CALL(clock_nanosleep), /* for another process's lock */
    CALL(sysinfo), /* qsort(3) */
};

/* What libmicrohttpd asks of a visitor's descriptor, which needs nothing. */
static const struct call http[] = {
    CALL_IF(fcntl, 1, ARG_IS(1, F_GETFD)),
    CALL_FAILS_IF(setsockopt, EOPNOTSUPP, 2, ARG_IS(1, IPPROTO_TCP),
	ARG_IS(2, TCP_NODELAY)),
    CALL_FAILS_IF(
	setsockopt, EOPNOTSUPP, 2, ARG_IS(1, IPPROTO_TCP), ARG_IS(2, TCP_CORK)),
};

const char *
seal_enter(void)
{
	const struct call_list calls[] = {
	    CALLS(reads), CALLS(http), calls_memory, calls_loop, calls_refused};
	const struct sandbox_limits limits = {
	    .files = FILES,
	    .address_space = MEMORY,
	    .calls = calls,
	    .n = sizeof(calls) / sizeof(calls[0]),
	};
	const struct rlimit cpu = {CPU, CPU};

	if (setrlimit(RLIMIT_CPU, &cpu) == -1)
		return "cannot limit the CPU time";
	return sandbox_enter(&limits);
}
