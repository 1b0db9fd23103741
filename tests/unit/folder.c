#include "config.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "folder.h"
#include "unit.h"

int
folder_make(void **state)
{
	struct folder *f = calloc(1, sizeof(*f));
	const char *tmp = getenv("TMPDIR");

	*state = f;
	if (f == NULL)
		return -1;
	snprintf(f->path, sizeof(f->path), "%.40s/etph.XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	return mkdtemp(f->path) != NULL ? 0 : -1;
}

static int
folder_unlink(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

int
folder_remove(void **state)
{
	struct folder *f = *state;
	int r = nftw(f->path, folder_unlink, 8, FTW_DEPTH | FTW_PHYS);

	free(f);
	return r;
}

const char *
folder_file(struct folder *f, const char *name)
{
	snprintf(f->file, sizeof(f->file), "%s/%.60s", f->path, name);
	return f->file;
}

const char *
folder_write(struct folder *f, const char *name, const char *text, mode_t mode)
{
	const char *path = folder_file(f, name);
	size_t len = strlen(text);
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_int_not_equal(fd, -1);
	assert_int_equal(write(fd, text, len), len);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
	return path;
}

char *
folder_read(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *text;
	ssize_t n;

	assert_int_not_equal(fd, -1);
	assert_int_equal(fstat(fd, &st), 0);
	assert_non_null(text = malloc((size_t)st.st_size + 1));
	n = read(fd, text, (size_t)st.st_size);
	assert_int_equal(n, st.st_size);
	text[n] = '\0';
	close(fd);
	return text;
}
