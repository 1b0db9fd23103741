#include "config.h"

#include <sys/resource.h>

#include <seccomp.h>
#include <stddef.h>

#include "sandbox.h"
#include "seal.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define FILES 64
#define MEMORY (UINT64_C(256) << 20) /* of address space: a table of 100,000 */
#define CPU 600 /* s in all */

/* A store that is open is read with these; watched for changes, too. */
static const int reads[] = {
    SCMP_SYS(pread64), SCMP_SYS(lseek), SCMP_SYS(fstat), SCMP_SYS(newfstatat),
    SCMP_SYS(fcntl), /* locks */
    SCMP_SYS(signalfd4), SCMP_SYS(rt_sigaction), SCMP_SYS(geteuid),
    SCMP_SYS(clock_nanosleep), /* for somebody else's lock */
    SCMP_SYS(sysinfo), /* qsort(3) */
};

static const int writes_too[] = {
    SCMP_SYS(pwrite64),
    SCMP_SYS(fsync),
    SCMP_SYS(fdatasync),
    SCMP_SYS(ftruncate),
};

const char *
seal(bool writes)
{
	const struct sandbox_limits limits = {
	    .files = FILES,
	    .address_space = MEMORY,
	    .calls = {{reads, COUNT(reads)},
		{writes_too, writes ? COUNT(writes_too) : 0}},
	};
	const struct rlimit cpu = {CPU, CPU};

	if (setrlimit(RLIMIT_CPU, &cpu) == -1)
		return "cannot limit the CPU time";
	return sandbox_enter(&limits);
}
