#include "config.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stream_file.h"

struct stream_file {
	char *folder;
	char *name;
};

struct stream_file *
stream_file_new(const char *path)
{
	struct stream_file *f = calloc(1, sizeof(*f));
	const char *slash = strrchr(path, '/');

	if (f == NULL || slash == NULL) {
		free(f);
		return NULL;
	}
	f->folder = strndup(path, slash == path ? 1 : (size_t)(slash - path));
	f->name = strdup(slash + 1);
	if (f->folder != NULL && f->name != NULL)
		return f;
	stream_file_free(f);
	return NULL;
}

void
stream_file_free(struct stream_file *f)
{
	if (f == NULL)
		return;
	free(f->folder);
	free(f->name);
	free(f);
}

const char *
stream_file_folder(const struct stream_file *f)
{
	return f->folder;
}

static int
file_open(const struct stream_file *f, const char *name)
{
	int folder = open(f->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd;
	struct stat st;

	if (folder == -1)
		return -1;
	fd = openat(
	    folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	close(folder);
	if (fd == -1 || (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)))
		return fd;
	close(fd);
	errno = EINVAL;
	return -1;
}

int
stream_file_open(const struct stream_file *f)
{
	return file_open(f, f->name);
}

/* Is name that of a rotated file, which is not compressed? */
static bool
file_is_rotated(const struct stream_file *f, const char *name)
{
	size_t n = strlen(f->name);

	if (strncmp(name, f->name, n) != 0)
		return false;
	name += n;
	return (*name == '.' || *name == '-') && name[1] >= '0' &&
	       name[1] <= '9' && name[strspn(name, ".-0123456789")] == '\0';
}

/* When a file was written last, and within the clock's tick when it was begun. */
struct file_age {
	ino_t inode;
	struct timespec at;
	char first[ALERT_TIME]; /* the time of its first alert */
};

static bool
file_age(int fd, struct file_age *age)
{
	static const char key[] = "\"time\":\"";
	char bytes[512], *at;
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) == -1)
		return false;
	memset(age, 0, sizeof(*age));
	age->inode = st.st_ino;
	age->at = st.st_mtim;
	n = pread(fd, bytes, sizeof(bytes) - 1, 0);
	bytes[n > 0 ? n : 0] = '\0';
	if ((at = strstr(bytes, key)) != NULL) {
		at += sizeof(key) - 1;
		n = (ssize_t)strcspn(at, "\"");
		memcpy(age->first, at,
		    n < ALERT_TIME ? (size_t)n : ALERT_TIME - 1);
	}
	return true;
}

static int
file_compare_ages(const struct file_age *a, const struct file_age *b)
{
	if (a->at.tv_sec != b->at.tv_sec)
		return a->at.tv_sec < b->at.tv_sec ? -1 : 1;
	if (a->at.tv_nsec != b->at.tv_nsec)
		return a->at.tv_nsec < b->at.tv_nsec ? -1 : 1;
	return strcmp(a->first, b->first);
}

/*
 * Of the rotated files, the first that better(it, arg, best so far or NULL) says
 * nothing better of.
 */
static int
file_best(const struct stream_file *f,
    bool (*better)(int fd, const void *arg, int best), const void *arg)
{
	DIR *folder = opendir(f->folder);
	const struct dirent *e;
	int best = -1, fd;

	while (folder != NULL && (e = readdir(folder)) != NULL) {
		if (!file_is_rotated(f, e->d_name) ||
		    (fd = file_open(f, e->d_name)) == -1)
			continue;
		if (!better(fd, arg, best)) {
			close(fd);
			continue;
		}
		if (best != -1)
			close(best);
		best = fd;
	}
	if (folder != NULL)
		closedir(folder);
	return best;
}

static bool
file_fits(int fd, const void *arg, int best)
{
	return best == -1 && cursor_fits(arg, fd);
}

int
stream_file_find(const struct stream_file *f, const struct cursor *c)
{
	int fd = stream_file_open(f);

	if (fd != -1 && cursor_fits(c, fd))
		return fd;
	if (fd != -1)
		close(fd);
	return file_best(f, file_fits, c);
}

/* Written after this one, and before any other. */
static bool
file_follows(int fd, const void *arg, int best)
{
	const struct file_age *this = arg;
	struct file_age age, other;

	if (!file_age(fd, &age) || age.inode == this->inode ||
	    file_compare_ages(&age, this) <= 0)
		return false;
	return best == -1 ||
	       (file_age(best, &other) && file_compare_ages(&age, &other) < 0);
}

int
stream_file_next(const struct stream_file *f, int fd, bool *rotated)
{
	struct file_age this;
	struct stat current;
	int next = stream_file_open(f);

	if (!file_age(fd, &this) || (next != -1 && fstat(next, &current) == 0 &&
					current.st_ino == this.inode)) {
		if (next != -1)
			close(next);
		return -1;
	}
	if ((fd = file_best(f, file_follows, &this)) != -1) {
		if (next != -1)
			close(next);
		*rotated = true;
		return fd;
	}
	*rotated = false;
	if (next == -1 || current.st_size > 0)
		return next;
	close(next);
	return -1;
}
