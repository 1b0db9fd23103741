/*
 * Landlock (landlock(7)): which paths, TCP ports and processes a process and
 * its children may reach.  It only takes away, and stands beside the filter of
 * calls.h, which cannot look at what a pointer points to.
 */
#ifndef FENCE_H
#define FENCE_H

#include <stdbool.h>
#include <stddef.h>

/* Access that is forbidden except beneath the paths. */
enum fence_files {
	FENCE_NONE,
	FENCE_SPECIAL,	/* making folders, sockets, devices, FIFOs, links */
	FENCE_ALL,
};

/* Access that is allowed beneath a path. */
#define FENCE_READ	1u	/* files and folders */
#define FENCE_WRITE	2u	/* files, their length too */
#define FENCE_MAKE	4u	/* regular files */
#define FENCE_REMOVE	8u	/* regular files, and their names */

struct fence_path {
	const char	*path;	/* what is not there is left out */
	unsigned int	 rights;
};

struct fence {
	enum fence_files	 files;
	const struct fence_path	*paths;
	size_t			 npaths;
	bool	 binds;		/* TCP ports */
	bool	 connects;	/* to TCP ports */
	bool	 signals;	/* to processes that are not within */
	bool	 abstract;	/* unix sockets of processes not within */
};

/* The version of the kernel's interface; 0: it has none. */
int		 fence_version(void);
#define FENCE_VERSION_TCP	4	/* the first that knows ports */
#define FENCE_VERSION_SCOPE	6	/* the first that knows signals */

/*
 * Enter it, for good, as far as the kernel's version goes; no-new-privs must
 * be set.  Returns NULL, or what could not be done (a static string).
 */
const char	*fence_enter(const struct fence *);

#endif
