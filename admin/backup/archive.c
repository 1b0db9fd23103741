#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive.h"
#include "draft.h"

#define PIECE 65536
#define ARCHIVE_SUM (DIGEST_HEX + sizeof(MANIFEST_NAME) + 4)

/* ---- write ---- */

static int
archive_put_head(int fd, const struct member *m, int64_t mtime)
{
	struct ustar u = {.mode = m->mode, .size = m->size, .mtime = mtime};

	snprintf(u.name, sizeof(u.name), "%s", m->name);
	snprintf(u.owner, sizeof(u.owner), "%s", m->owner);
	return ustar_put(fd, &u);
}

static int
archive_put(int fd, const struct member *m, int64_t mtime, const char *bytes)
{
	if (archive_put_head(fd, m, mtime) == -1 ||
	    draft_write(fd, bytes, (size_t)m->size) == -1)
		return -1;
	return ustar_put_padding(fd, m->size);
}

/* The snapshot's bytes, which have to be those that it announced. */
static int
archive_put_store(int fd, struct snapshot *s, int64_t mtime)
{
	char buf[PIECE], hex[DIGEST_HEX] = "";
	struct digest *d = digest_new();
	int64_t left = s->member.size;
	ssize_t n = 0;
	bool failed;

	failed = d == NULL || archive_put_head(fd, &s->member, mtime) == -1;
	while (!failed && left > 0) {
		n = draft_read(
		    s->fd, buf, left < PIECE ? (size_t)left : sizeof(buf));
		if (n == 0)
			errno = EPIPE;
		if ((failed = n <= 0 || draft_write(fd, buf, (size_t)n) == -1))
			break;
		digest_add(d, buf, (size_t)n);
		left -= n;
	}
	if (d != NULL)
		digest_end(d, hex);
	if (!failed && strcmp(hex, s->member.sha256) != 0) {
		errno = EIO;
		return -1;
	}
	return failed ? -1 : ustar_put_padding(fd, s->member.size);
}

/* As sha256sum(1) writes it. */
static int
archive_sum(const char *text, size_t len, char line[ARCHIVE_SUM])
{
	char hex[DIGEST_HEX];

	if (digest_of(text, len, hex) == -1)
		return -1;
	snprintf(line, ARCHIVE_SUM, "%s  " MANIFEST_NAME "\n", hex);
	return 0;
}

static int
archive_put_manifest(int fd, const char *text, int64_t mtime)
{
	struct member m = {.owner = "root", .mode = 0600};
	char line[ARCHIVE_SUM];

	if (archive_sum(text, strlen(text), line) == -1)
		return -1;
	snprintf(m.name, sizeof(m.name), "%s", MANIFEST_NAME);
	m.size = (int64_t)strlen(text);
	if (archive_put(fd, &m, mtime, text) == -1)
		return -1;
	snprintf(m.name, sizeof(m.name), "%s", MANIFEST_SUM);
	m.size = (int64_t)strlen(line);
	return archive_put(fd, &m, mtime, line);
}

enum admin_exit
archive_write(int fd, const char *name, const struct manifest *m,
    const struct kept_set *set, struct snapshot *s)
{
	int64_t mtime = when_now() / 1000000;
	char *text = manifest_text(m);
	int i, result;

	if (text == NULL)
		return admin_fail("out of memory");
	result = archive_put_manifest(fd, text, mtime);
	free(text);
	for (i = 0; i < set->n && result == 0; i++)
		result = archive_put(
		    fd, &set->file[i].member, mtime, set->file[i].bytes);
	if (result == -1 || archive_put_store(fd, s, mtime) == -1 ||
	    ustar_put_end(fd) == -1)
		return admin_fail("%s: %s", name, strerror(errno));
	return ADMIN_DONE;
}

/* ---- read ---- */

static enum admin_exit
archive_damaged(const char *name)
{
	return admin_fail(
	    "%s: damaged or truncated backup; nothing was restored from it",
	    name);
}

/* -1 has been said. */
static int
archive_result(enum ustar_result result, const char *name)
{
	if (result == USTAR_FILE)
		return 0;
	if (result == USTAR_FAILED)
		admin_fail("%s: %s", name, strerror(errno));
	else
		archive_damaged(name);
	return -1;
}

/*
 * Reads one of the two files that the manifest does not name.  Returns its
 * length, or -1, which has been said.
 */
static int64_t
archive_read_first(
    int fd, const char *name, const char *member, char *text, size_t size)
{
	enum ustar_result found;
	struct ustar u;

	found = ustar_get(fd, &u);
	if (found == USTAR_FAILED) {
		admin_fail("%s: %s", name, strerror(errno));
		return -1;
	}
	if (found != USTAR_FILE || strcmp(u.name, member) != 0 ||
	    u.size > (int64_t)size) {
		admin_fail("%s: not a backup, or damaged", name);
		return -1;
	}
	if (draft_read(fd, text, (size_t)u.size) != u.size) {
		archive_damaged(name);
		return -1;
	}
	if (archive_result(ustar_get_padding(fd, u.size), name) == -1)
		return -1;
	return u.size;
}

enum admin_exit
archive_read_manifest(int fd, const char *name, struct manifest *m)
{
	char text[MANIFEST_MAX], line[ARCHIVE_SUM], want[ARCHIVE_SUM];
	int64_t len, sum;

	if ((len = archive_read_first(
		 fd, name, MANIFEST_NAME, text, sizeof(text))) == -1 ||
	    (sum = archive_read_first(
		 fd, name, MANIFEST_SUM, line, sizeof(line))) == -1)
		return ADMIN_FAILED;
	if (archive_sum(text, (size_t)len, want) == -1)
		return admin_fail("out of memory");
	if (sum != (int64_t)strlen(want) ||
	    memcmp(line, want, strlen(want)) != 0)
		return archive_damaged(name);
	return manifest_read(m, name, text, (size_t)len);
}

enum admin_exit
archive_read_pieces(int fd, const char *name, const struct member *m,
    int (*take)(void *, const void *, size_t), void *arg)
{
	char buf[PIECE], hex[DIGEST_HEX];
	int64_t left = m->size;
	struct digest *d;
	struct ustar u;
	ssize_t n = 0;
	int taken = 0;

	if (archive_result(ustar_get(fd, &u), name) == -1)
		return ADMIN_FAILED;
	if (strcmp(u.name, m->name) != 0 || u.size != m->size)
		return archive_damaged(name);
	if ((d = digest_new()) == NULL)
		return admin_fail("out of memory");
	for (; left > 0 && taken == 0; left -= n) {
		n = draft_read(fd, buf, left < PIECE ? (size_t)left : PIECE);
		if (n <= 0)
			break;
		digest_add(d, buf, (size_t)n);
		taken = take(arg, buf, (size_t)n);
	}
	digest_end(d, hex);
	explicit_bzero(buf, sizeof(buf));
	if (taken != 0)
		return ADMIN_FAILED;
	if (left > 0 || strcmp(hex, m->sha256) != 0)
		return archive_damaged(name);
	return archive_result(ustar_get_padding(fd, m->size), name) == 0
		   ? ADMIN_DONE
		   : ADMIN_FAILED;
}

static int
archive_remember(void *arg, const void *bytes, size_t len)
{
	char **at = arg;

	memcpy(*at, bytes, len);
	*at += len;
	return 0;
}

enum admin_exit
archive_read_file(
    int fd, const char *name, const struct member *m, char **bytes)
{
	enum admin_exit result;
	char *at;

	*bytes = NULL;
	if (m->size > KEPT_MAX)
		return admin_fail("%s: %s is too large", name, m->name);
	if ((at = *bytes = calloc(1, (size_t)m->size + 1)) == NULL)
		return admin_fail("out of memory");
	result = archive_read_pieces(fd, name, m, archive_remember, &at);
	if (result != ADMIN_DONE) {
		explicit_bzero(*bytes, (size_t)m->size);
		free(*bytes);
		*bytes = NULL;
	}
	return result;
}

enum admin_exit
archive_read_end(int fd, const char *name)
{
	struct ustar u;

	return ustar_get(fd, &u) == USTAR_END && ustar_get(fd, &u) == USTAR_END
		   ? ADMIN_DONE
		   : archive_damaged(name);
}

static int
archive_skip(void *arg, const void *bytes, size_t len)
{
	(void)arg;
	(void)bytes;
	(void)len;
	return 0;
}

enum admin_exit
archive_skip_file(int fd, const char *name, const struct member *m)
{
	return archive_read_pieces(fd, name, m, archive_skip, NULL);
}

enum admin_exit
archive_check(int fd, const char *name)
{
	struct manifest m = {.members = 0};
	enum admin_exit result;
	int i;

	if (lseek(fd, 0, SEEK_SET) == -1)
		return admin_fail("%s: %s", name, strerror(errno));
	result = archive_read_manifest(fd, name, &m);
	for (i = 0; i < m.members && result == ADMIN_DONE; i++)
		result = archive_skip_file(fd, name, &m.member[i]);
	return result == ADMIN_DONE ? archive_read_end(fd, name) : result;
}
