/*
 * A host key file that appears whole or not at all, and never in place of
 * another.
 */
#ifndef HOSTFILE_H
#define HOSTFILE_H

#include <limits.h>

#define HOSTFILE_ERROR	256

struct hostfile {
	char		dir[PATH_MAX];	/* a private folder beside the place */
	char		draft[PATH_MAX];	/* write the key here */
};

/* Make room for a file that shall be path.  -1: error says why. */
int	hostfile_begin(
    struct hostfile *, const char *path, char error[HOSTFILE_ERROR]);

/*
 * The draft becomes path, mode 0600, and its public half path.pub, 0644, if that
 * can be made.  It stays whose it is: et-sshd reads its
 * host keys before it gives up being root.
 */
int	hostfile_commit(
    struct hostfile *, const char *path, char error[HOSTFILE_ERROR]);

/* Tidy up, after a commit or instead of one. */
void	hostfile_end(struct hostfile *);

#endif
