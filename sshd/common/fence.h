/*
 * Landlock (landlock(7)): which paths, TCP ports and processes a process and
 * its children may reach.  It only takes away, and stands beside the filter of
 * calls.h, which cannot look at what a pointer points to.
 */
#ifndef FENCE_H
#define FENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rights that are forbidden everywhere but beneath the paths. */
enum fence_files {
	FENCE_NONE,
	FENCE_SPECIAL,	/* making folders, sockets, devices, FIFOs, links */
	FENCE_ALL,
};

/* Rights that are allowed beneath a path. */
#define FENCE_READ	1u	/* files and folders */
#define FENCE_WRITE	2u	/* files, their length too */
#define FENCE_MAKE	4u	/* regular files */
#define FENCE_REMOVE	8u	/* regular files, and their names */

struct fence_path {
	const char	*path;	/* a path that is missing is left out */
	unsigned int	 rights;
};

struct fence {
	enum fence_files	 files;
	const struct fence_path	*paths;
	size_t			 npaths;
	bool	 binds;		/* TCP ports that may be bound */
	bool	 connects;	/* TCP ports that may be connected to */
	const uint16_t *ports;	/* that may be, though others may not */
	size_t	 nports;
	bool	 signals;	/* signals to processes outside */
	bool	 abstract;	/* unix sockets of processes outside */
};

/* The version of the kernel's Landlock; 0: it has none. */
int		 fence_version(void);
#define FENCE_VERSION_TCP	4	/* the first to know ports */
#define FENCE_VERSION_SCOPE	6	/* the first to know signals */

/*
 * Enter the fence, for good, as far as the kernel's version goes; no-new-privs
 * must be set.  Returns NULL, or what could not be done (a static string).
 */
const char	*fence_enter(const struct fence *);

#endif
