/*
 * A file that is written under another name, PATH.part, until it is whole: who
 * looks at PATH finds what was there before or all of it.
 */
#ifndef DRAFT_H
#define DRAFT_H

#include <limits.h>

#include "admin.h"

struct draft {
	int	 fd;		/* open for reading and writing; -1 */
	char	 path[PATH_MAX];
	char	 part[PATH_MAX + 8];
};

/*
 * Make the part: empty, mode 0600 whatever the umask(2), this user's alone and
 * no link.  It is locked (flock(2)): a second one for the same path waits until
 * the first has ended, and what a killed one left is used anew.
 */
enum admin_exit	draft_begin(struct draft *, const char *path);

/*
 * The draft reaches the disk, is renamed to PATH in place of what is there, and
 * the folder reaches the disk.
 */
enum admin_exit	draft_commit(struct draft *);

/* Close it, and remove the part unless it was committed. */
void	draft_end(struct draft *);

/* Write all of it to fd.  -1: see errno. */
int	draft_write(int fd, const void *bytes, size_t len);
/* Read so much of fd, less at its end.  -1: see errno. */
ssize_t	draft_read(int fd, void *bytes, size_t len);

/* The folder of path reaches the disk.  -1: see errno. */
int	draft_sync_folder(const char *path);

#endif
