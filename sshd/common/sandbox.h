/*
 * The worker's cage: what is left to code that strangers talk to.
 *
 * After sandbox_enter the process has no capability and can gain none
 * (capabilities(7), PR_SET_NO_NEW_PRIVS), sees an empty root directory when
 * it was started for that, cannot be traced or dumped, cannot start processes
 * or threads, and has a system call filter (seccomp(2)) under which
 *
 *	the calls of an event loop over descriptors it already has are allowed;
 *	mmap and mprotect are allowed without PROT_EXEC, fcntl for F_GETFL and
 *	for F_SETFL with O_NONBLOCK alone;
 *	open, stat, socket, connect and their families fail with EACCES;
 *	every other call kills the process with SIGSYS.
 *
 * An empty Landlock rule set (landlock(7)) is put on top where the kernel has
 * it; the filter does not depend on it.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sandbox_calls {
	const int *call; /* numbers, as SCMP_SYS has them */
	size_t n;
};
#define SANDBOX_CALLS 2

struct sandbox_limits {
	bool empty_root; /* chroot(2) into the working directory,
					   which must be empty */
	uint32_t files; /* RLIMIT_NOFILE */
	uint64_t address_space; /* RLIMIT_AS, bytes */
	struct sandbox_calls calls[SANDBOX_CALLS]; /* allowed, too */
};

/*
 * Enter the sandbox, for good.  Returns NULL, or what could not be done (a
 * static string): the caller must then refuse to run.
 */
const char *sandbox_enter(const struct sandbox_limits *);

/* Does this kernel have Landlock?  Ask before sandbox_enter. */
bool sandbox_has_landlock(void);

#endif
