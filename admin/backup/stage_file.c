#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "draft.h"
#include "stage_file.h"

enum admin_exit
stage_failed(const char *path)
{
	return admin_fail("%s: %s", path, strerror(errno));
}

enum admin_exit
stage_make_parent(const char *path)
{
	char parent[PATH_MAX];
	const char *slash = strrchr(path, '/');

	if (slash == NULL || slash == path)
		return ADMIN_DONE;
	snprintf(parent, sizeof(parent), "%.*s", (int)(slash - path), path);
	if (mkdir(parent, 0755) == -1)
		return errno == EEXIST ? ADMIN_DONE : stage_failed(parent);
	return draft_sync_folder(parent) == 0 ? ADMIN_DONE
					      : stage_failed(parent);
}

static enum admin_exit
stage_own(int fd, const struct member *m, const char *path)
{
	struct passwd *pw;

	if (geteuid() != 0)
		return ADMIN_DONE;
	if ((pw = getpwnam(m->owner)) == NULL) {
		admin_note(
		    "%s: no such user: %s; the file is owned by root instead",
		    path, m->owner);
		return ADMIN_DONE;
	}
	return fchown(fd, pw->pw_uid, pw->pw_gid) == 0 ? ADMIN_DONE
						       : stage_failed(path);
}

enum admin_exit
stage_write(const char *path, const struct kept *k, unsigned int mode)
{
	enum admin_exit result;
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return stage_failed(path);
	result = stage_own(fd, &k->member, path);
	if (result == ADMIN_DONE &&
	    (draft_write(fd, k->bytes, (size_t)k->member.size) == -1 ||
		fchmod(fd, mode) == -1 || fsync(fd) == -1))
		result = stage_failed(path);
	close(fd);
	return result;
}

bool
stage_is_there(const char *path, const struct kept *k)
{
	size_t size = (size_t)k->member.size;
	char *there = malloc(size + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool same;

	same = there != NULL && fd != -1 &&
	       draft_read(fd, there, size + 1) == (ssize_t)size &&
	       memcmp(there, k->bytes, size) == 0;
	if (there != NULL)
		explicit_bzero(there, size + 1);
	free(there);
	if (fd != -1)
		close(fd);
	return same;
}
