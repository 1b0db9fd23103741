#include "config.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "draft.h"

int
draft_write(int fd, const void *bytes, size_t len)
{
	const char *p = bytes;
	ssize_t n;

	while (len > 0) {
		n = write(fd, p, len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

ssize_t
draft_read(int fd, void *bytes, size_t len)
{
	size_t got = 0;
	ssize_t n;

	while (got < len) {
		n = read(fd, (char *)bytes + got, len - got);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

int
draft_sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX];
	int fd, result;

	snprintf(folder, sizeof(folder), "%.*s",
	    slash == NULL || slash == path ? 1 : (int)(slash - path),
	    slash == NULL ? "." : path);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	result = fsync(fd);
	close(fd);
	return result;
}

/* A part that others made or can write is none of ours. */
static bool
draft_is_ours(const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_uid == geteuid() &&
	       st->st_nlink == 1 && (st->st_mode & 077) == 0;
}

/*
 * Open and lock the part; the one who had the lock before may have renamed or
 * removed it.  0: try again.
 */
static int
draft_claim(struct draft *d)
{
	struct stat st, there;

	d->fd = open(d->part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (d->fd == -1 || flock(d->fd, LOCK_EX) == -1 ||
	    fstat(d->fd, &st) == -1)
		return -1;
	if (stat(d->part, &there) == 0 && there.st_ino == st.st_ino &&
	    there.st_dev == st.st_dev) {
		if (draft_is_ours(&st) && ftruncate(d->fd, 0) == 0)
			return 1;
		errno = EEXIST;
		return -1;
	}
	close(d->fd);
	d->fd = -1;
	return 0;
}

enum admin_exit
draft_begin(struct draft *d, const char *path)
{
	int result;

	d->fd = -1;
	if (strlen(path) >= sizeof(d->path))
		return admin_fail("%.60s...: %s", path, strerror(ENAMETOOLONG));
	snprintf(d->path, sizeof(d->path), "%s", path);
	snprintf(d->part, sizeof(d->part), "%s.part", path);
	while ((result = draft_claim(d)) == 0)
		;
	if (result == 1)
		return ADMIN_DONE;
	result = errno;
	if (d->fd != -1)
		close(d->fd);
	d->fd = -1;
	return admin_fail("%s: %s", d->part, strerror(result));
}

enum admin_exit
draft_commit(struct draft *d)
{
	if (fsync(d->fd) == -1 || rename(d->part, d->path) == -1)
		return admin_fail("%s: %s", d->path, strerror(errno));
	d->part[0] = '\0';
	if (draft_sync_folder(d->path) == -1)
		return admin_fail("cannot sync the folder of %s: %s", d->path,
		    strerror(errno));
	return ADMIN_DONE;
}

void
draft_end(struct draft *d)
{
	if (d->fd == -1)
		return;
	if (d->part[0] != '\0')
		unlink(d->part);
	close(d->fd);
	d->fd = -1;
}
