#include "config.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "installer.h"

struct installer {
	char *path;
	int fd; /* of the memory, or -1 */
	size_t size;
	char why[256]; /* fd is -1 */
};

/* Returns how many bytes there were, or -1: see errno. */
static ssize_t
copy_file(int from, int to)
{
	char buf[16384];
	ssize_t n, total = 0;

	while ((n = read(from, buf, sizeof(buf))) > 0) {
		if (total + n > INSTALLER_MAX) {
			errno = EFBIG;
			return -1;
		}
		if (write(to, buf, (size_t)n) != n)
			return -1;
		total += n;
	}
	if (n == 0 && total == 0)
		errno = ENODATA;
	return n == 0 && total > 0 ? total : -1;
}

/* The memory's descriptor, or -1: see errno. */
static int
load_file(const char *path, size_t *size)
{
	int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	int error, from, to;
	ssize_t n = -1;

	from = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	to = memfd_create("installer", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (from != -1 && to != -1 && (n = copy_file(from, to)) != -1 &&
	    fcntl(to, F_ADD_SEALS, seals) == -1)
		n = -1;
	error = errno;
	if (from != -1)
		close(from);
	if (n == -1 && to != -1)
		close(to);
	errno = error;
	if (n == -1)
		return -1;
	*size = (size_t)n;
	return to;
}

void
installer_reload(struct installer *in)
{
	size_t size;
	int fd;

	if ((fd = load_file(in->path, &size)) == -1) {
		snprintf(in->why, sizeof(in->why), "installer %.200s: %s",
		    in->path, strerror(errno));
		return;
	}
	if (in->fd != -1)
		close(in->fd);
	in->fd = fd;
	in->size = size;
}

struct installer *
installer_new(const char *path)
{
	struct installer *in;

	if ((in = calloc(1, sizeof(*in))) == NULL)
		return NULL;
	in->fd = -1;
	if ((in->path = strdup(path)) == NULL) {
		free(in);
		return NULL;
	}
	installer_reload(in);
	return in;
}

void
installer_free(struct installer *in)
{
	if (in == NULL)
		return;
	if (in->fd != -1)
		close(in->fd);
	free(in->path);
	free(in);
}

int
installer_file(const struct installer *in, size_t *size, const char **why)
{
	*why = in->why;
	*size = in->fd != -1 ? in->size : 0;
	return in->fd;
}
