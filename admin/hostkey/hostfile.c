#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hostfile.h"
#include "keygen.h"

static int
hostfile_explain(char error[HOSTFILE_ERROR], const char *path)
{
	snprintf(error, HOSTFILE_ERROR, "%.160s: %s", path,
	    errno == EEXIST ? "exists already; not changed" : strerror(errno));
	return -1;
}

int
hostfile_begin(struct hostfile *h, const char *path, char error[HOSTFILE_ERROR])
{
	const char *slash = strrchr(path, '/');
	int n = slash == NULL ? 1 : (int)(slash - path);
	const char *folder = slash == NULL ? "." : path;

	h->dir[0] = '\0';
	if (n > PATH_MAX - 32) {
		errno = ENAMETOOLONG;
		return hostfile_explain(error, path);
	}
	snprintf(h->dir, sizeof(h->dir), "%.*s", n, folder);
	if (n > 0 && mkdir(h->dir, 0755) == -1 && errno != EEXIST) {
		hostfile_explain(error, h->dir);
		h->dir[0] = '\0';
		return -1;
	}
	snprintf(h->dir, sizeof(h->dir), "%.*s/.hostkey-XXXXXX", n, folder);
	if (mkdtemp(h->dir) == NULL) {
		h->dir[strlen(h->dir) - strlen("/.hostkey-XXXXXX")] = '\0';
		hostfile_explain(error, h->dir);
		h->dir[0] = '\0';
		return -1;
	}
	snprintf(h->draft, sizeof(h->draft), "%.*s/key", PATH_MAX - 8, h->dir);
	return 0;
}

/*
 * The public half beside it, for those who may not read the private one.  There
 * was no key of that name, so a public half that is there is nobody's.
 */
static void
commit_public(const struct hostfile *h, const char *path)
{
	char draft[PATH_MAX], public[PATH_MAX];
	char line[KEYGEN_LINE], error[KEYGEN_ERROR];
	struct key key;
	bool made;
	FILE *fp;

	snprintf(draft, sizeof(draft), "%.*s.pub", PATH_MAX - 8, h->draft);
	snprintf(public, sizeof(public), "%.*s.pub", PATH_MAX - 8, path);
	if (keygen_public(h->draft, &key, line, error) == -1 ||
	    (fp = fopen(draft, "we")) == NULL)
		return;
	fprintf(fp, "%s\n", line);
	made = fchmod(fileno(fp), 0644) == 0;
	made &= fclose(fp) == 0;
	if (made)
		rename(draft, public);
}

int
hostfile_commit(
    struct hostfile *h, const char *path, char error[HOSTFILE_ERROR])
{
	int fd = open(h->draft, O_RDONLY | O_CLOEXEC);
	int result = -1;

	if (fd == -1 || fchmod(fd, 0600) == -1 || fsync(fd) == -1 ||
	    link(h->draft, path) == -1)
		hostfile_explain(error, path);
	else {
		commit_public(h, path);
		result = 0;
	}
	if (fd != -1)
		close(fd);
	return result;
}

void
hostfile_end(struct hostfile *h)
{
	char public[PATH_MAX];

	if (h->dir[0] == '\0')
		return;
	snprintf(public, sizeof(public), "%.*s.pub", PATH_MAX - 8, h->draft);
	unlink(public);
	unlink(h->draft);
	rmdir(h->dir);
	h->dir[0] = '\0';
}
