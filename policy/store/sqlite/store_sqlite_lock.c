/*
 * The server's lock of a store: one server at a time.
 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store_sqlite.h"

/*
 * An open file description's lock (fcntl(2)): it can be tested without being
 * taken, so that a query is never in the way of a server that starts.
 */
static int
sqlite_open_lock(const char *path, int flags)
{
	char name[SQLITE_PART_PATH];

	snprintf(name, sizeof(name), "%s-server", path);
	return open(name, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
}

enum store_result
sqlite_hold(struct store *s, const char *path, int *fd)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (path[0] != '/' || strlen(path) >= PATH_MAX)
		return store_fail(s, STORE_DENIED,
		    "the store's address must be sqlite:/path");
	if ((*fd = sqlite_open_lock(path, O_RDWR | O_CREAT)) == -1)
		return sqlite_denied(s, path);
	if (fcntl(*fd, F_OFD_SETLK, &lock) == 0)
		return STORE_OK;
	return store_fail(s, STORE_TAKEN,
	    "another et-sshd is running on %.150s: stop it first", path);
}

enum store_result
sqlite_server_lock(struct store *s, struct sqlite *q)
{
	return sqlite_hold(s, q->path, &q->lock);
}

bool
sqlite_server_runs(struct store *s)
{
	struct sqlite *q = s->db;
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	bool runs;
	int fd;

	if (q->lock != -1 || (s->flags & STORE_WITHIN))
		return true;
	if ((fd = sqlite_open_lock(q->path, O_RDONLY)) == -1)
		return false;
	runs = fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
	close(fd);
	return runs;
}
