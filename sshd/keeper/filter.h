/*
 * A system call filter for the keeper (seccomp(2)).  SQLite needs files, so
 * this is no list of what is allowed; it takes away what neither SQLite nor
 * the keeper ever does: sockets of its own, other programs, other processes'
 * memory, mounts, the kernel's own business.
 */
#ifndef FILTER_H
#define FILTER_H

/*
 * From here on those calls fail with EPERM, for good.  Returns 0, or -1: the
 * kernel has no such filter, and the caller must refuse to run.
 */
int	 filter_enter(void);

#endif
