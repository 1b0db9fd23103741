/*
 * The sandbox of a worker and of a console, whose code hears strangers and
 * operators.  After sandbox_enter the process has no capability and can gain
 * none (capabilities(7), PR_SET_NO_NEW_PRIVS), sees an empty root directory
 * when it was started for that, cannot be traced or dumped, cannot start
 * processes or threads, and has a system call filter (seccomp(2)) under which
 * it makes the calls of its lists and no other: see calls.h.  An empty Landlock
 * rule set (fence.h) is added where the kernel has it; the filter does not
 * depend on it.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "calls.h"

struct sandbox_limits {
	bool			 empty_root;	/* chroot(2) into the working
						 * directory, which must be
						 * empty */
	uint32_t		 files;		/* RLIMIT_NOFILE */
	uint64_t		 address_space;	/* RLIMIT_AS, bytes */
	const struct call_list	*calls;		/* all that it may call */
	size_t			 n;
};

/*
 * Enter the sandbox, for good.  Returns NULL, or what could not be done (a
 * static string): the caller must then refuse to run.
 */
const char	*sandbox_enter(const struct sandbox_limits *);

#endif
