#include "config.h"

#include <sys/resource.h>

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>

#include "sandbox.h"
#include "seal.h"

#define FILES 64
#define MEMORY (UINT64_C(256) << 20) /* address space, for 100,000 rows */
#define CPU 600 /* s of CPU time */

/* The calls with which an open store is read, and watched for changes. */
static const struct call reads[] = {
    CALL(pread64), CALL(lseek), CALL(fstat),
#ifndef __LP64__ /* where libc's fstat(2) is this one, if with a path too */
    CALL_IF(statx, 1, ARG_HAS(2, AT_EMPTY_PATH)),
    CALL_FAILS_IF(statx, EACCES, 1, ARG_LACKS(2, AT_EMPTY_PATH)),
#endif
    CALL_IF(fcntl, 1, ARG_IS(1, F_SETLK)),
    CALL_IF(fcntl, 1, ARG_IS(1, F_GETLK)), CALL(signalfd4), CALL(rt_sigaction),
    CALL(geteuid), CALL(clock_nanosleep), /* for another process's lock */
    CALL(sysinfo), /* qsort(3) */
};

static const struct call writes_too[] = {
    CALL(pwrite64),
    CALL(fsync),
    CALL(fdatasync),
    CALL(ftruncate),
};

const char *
seal_enter(bool writes)
{
	const struct call_list calls[] = {CALLS(reads), calls_memory,
	    calls_loop, calls_refused, CALLS(writes_too)};
	const size_t n = sizeof(calls) / sizeof(calls[0]);
	const struct sandbox_limits limits = {
	    .files = FILES,
	    .address_space = MEMORY,
	    .calls = calls,
	    .n = writes ? n : n - 1,
	};
	const struct rlimit cpu = {CPU, CPU};

	if (setrlimit(RLIMIT_CPU, &cpu) == -1)
		return "cannot limit the CPU time";
	return sandbox_enter(&limits);
}
