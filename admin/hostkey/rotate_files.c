#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "draft.h"
#include "hostfile.h"
#include "keygen.h"
#include "rotate_files.h"

static int
rotate_fail(char error[ROTATE_ERROR], const char *path, const char *why)
{
	snprintf(error, ROTATE_ERROR, "%.180s: %.130s", path, why);
	return -1;
}

void
rotate_path(char out[PATH_MAX], const char *path, const char *suffix)
{
	snprintf(out, PATH_MAX, "%.*s%s", PATH_MAX - 16, path, suffix);
}

/* Mode 0644, and whole at every moment. */
static int
rotate_write(const char *path, const char *text, char error[ROTATE_ERROR])
{
	size_t len = strlen(text);
	char draft[PATH_MAX];
	int fd;

	rotate_path(draft, path, ".new");
	unlink(draft);
	fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd == -1 || fchmod(fd, 0644) == -1 ||
	    write(fd, text, len) != (ssize_t)len || fsync(fd) == -1 ||
	    rename(draft, path) == -1) {
		rotate_fail(error, path, strerror(errno));
		if (fd != -1)
			close(fd);
		unlink(draft);
		return -1;
	}
	close(fd);
	draft_sync_folder(path);
	return 0;
}

/* ---- what is announced ---- */

static int
rotate_file(
    const struct conf *conf, char path[PATH_MAX], char error[ROTATE_ERROR])
{
	if (conf->hostkeys > 0 &&
	    announce_path(conf->hostkey[0], path, PATH_MAX))
		return 0;
	snprintf(
	    error, ROTATE_ERROR, "host-keys in the configuration is empty");
	return -1;
}

int
rotate_read(
    const struct conf *conf, struct announce *a, char error[ROTATE_ERROR])
{
	char path[PATH_MAX];

	memset(a, 0, sizeof(*a));
	if (rotate_file(conf, path, error) == -1)
		return -1;
	if (announce_read(path, a) == 0 || errno == ENOENT)
		return 0;
	return rotate_fail(error, path,
	    errno == EINVAL ? "not an announcement of host keys"
			    : strerror(errno));
}

int
rotate_announce(
    const struct conf *conf, const char *text, char error[ROTATE_ERROR])
{
	char path[PATH_MAX];

	if (rotate_file(conf, path, error) == -1)
		return -1;
	return rotate_write(path, text, error);
}

void
rotate_unannounce(const struct conf *conf)
{
	char path[PATH_MAX], error[ROTATE_ERROR];

	if (rotate_file(conf, path, error) == 0 && unlink(path) == 0)
		draft_sync_folder(path);
}

/* ---- the keys ---- */

static const char *
rotate_kind(const struct key *key)
{
	if (strcmp(key->type, "ssh-rsa") == 0)
		return "rsa";
	return strncmp(key->type, "ecdsa-", 6) == 0 ? "ecdsa" : "ed25519";
}

/* Makes a key of the old one's type. */
static int
rotate_make_one(const char *path, const char *next, char error[ROTATE_ERROR])
{
	char why[KEYGEN_ERROR], line[KEYGEN_LINE];
	struct hostfile file;
	struct key key;
	int made = -1;

	if (keygen_public(path, &key, line, why) == -1)
		return rotate_fail(error, path, why);
	if (access(next, F_OK) == 0)
		return 0;
	if (hostfile_begin(&file, next, why) == 0 &&
	    keygen_make(rotate_kind(&key), file.draft, why) == 0)
		made = hostfile_commit(&file, next, why);
	hostfile_end(&file);
	return made == 0 ? 0 : rotate_fail(error, next, why);
}

/* Writes the key's "pin=" line, or "" if the key does not exist. */
static int
rotate_line(
    const char *path, char line[KEYGEN_LINE + 8], char error[ROTATE_ERROR])
{
	char why[KEYGEN_ERROR], public[KEYGEN_LINE];
	struct key key;

	line[0] = '\0';
	if (access(path, F_OK) == -1 && errno == ENOENT)
		return 0;
	if (keygen_public(path, &key, public, why) == -1)
		return rotate_fail(error, path, why);
	snprintf(line, KEYGEN_LINE + 8, "pin=%s\n", public);
	return 0;
}

int
rotate_make(
    const struct conf *conf, char text[ANNOUNCE_TEXT], char error[ROTATE_ERROR])
{
	char next[PATH_MAX], line[KEYGEN_LINE + 8];
	size_t n = 0;
	int i;

	text[0] = '\0';
	for (i = 0; i < conf->hostkeys; i++) {
		if (access(conf->hostkey[i], F_OK) == -1 && errno == ENOENT)
			continue;
		rotate_path(next, conf->hostkey[i], ".next");
		if (rotate_make_one(conf->hostkey[i], next, error) == -1 ||
		    rotate_line(next, line, error) == -1)
			return -1;
		if (n + strlen(line) >= ANNOUNCE_TEXT)
			return rotate_fail(
			    error, next, "too many host keys to announce");
		n += (size_t)snprintf(text + n, ANNOUNCE_TEXT - n, "%s", line);
	}
	if (n > 0)
		return 0;
	snprintf(
	    error, ROTATE_ERROR, "no host keys: run et-admin hostkey generate");
	return -1;
}

/* How many pins text has. */
static int
rotate_pins(const char *text)
{
	int n = 0;

	for (; (text = strstr(text, "pin=")) != NULL; text += 4)
		n++;
	return n;
}

int
rotate_check(const struct conf *conf, const char *text, bool *placed,
    char error[ROTATE_ERROR])
{
	char next[PATH_MAX], line[KEYGEN_LINE + 8];
	int i, found = 0;

	*placed = false;
	for (i = 0; i < conf->hostkeys; i++) {
		if (rotate_line(conf->hostkey[i], line, error) == -1)
			return -1;
		if (line[0] != '\0' && strstr(text, line) != NULL) {
			*placed = true;
			found++;
		}
		rotate_path(next, conf->hostkey[i], ".next");
		if (rotate_line(next, line, error) == -1)
			return -1;
		found += line[0] != '\0' && strstr(text, line) != NULL;
	}
	if (found >= rotate_pins(text))
		return 0;
	snprintf(error, ROTATE_ERROR,
	    "the file of an announced key is missing: run et-admin hostkey "
	    "rotate abort");
	return -1;
}

/* The public half beside it, where there is one, is the new key's. */
static int
rotate_public(const char *path, char error[ROTATE_ERROR])
{
	char public[PATH_MAX], line[KEYGEN_LINE + 8];

	rotate_path(public, path, ".next.pub");
	unlink(public);
	rotate_path(public, path, ".pub");
	if (access(public, F_OK) == -1)
		return 0;
	if (rotate_line(path, line, error) == -1)
		return -1;
	return rotate_write(public, line + 4, error);
}

/* Is it there under both names, since this was interrupted between? */
static bool
rotate_same(const char *a, const char *b)
{
	struct stat one, two;

	return stat(a, &one) == 0 && stat(b, &two) == 0 &&
	       one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

static int
rotate_place_one(const char *path, char error[ROTATE_ERROR])
{
	char next[PATH_MAX], old[PATH_MAX];

	rotate_path(next, path, ".next");
	rotate_path(old, path, ".old");
	if (access(next, F_OK) == -1)
		return rotate_public(path, error);
	if (!rotate_same(path, old)) {
		unlink(old);
		if (link(path, old) == -1)
			return rotate_fail(error, old, strerror(errno));
	}
	if (rename(next, path) == -1)
		return rotate_fail(error, path, strerror(errno));
	draft_sync_folder(path);
	return rotate_public(path, error);
}

int
rotate_place(const struct conf *conf, char error[ROTATE_ERROR])
{
	int i;

	for (i = 0; i < conf->hostkeys; i++)
		if (rotate_place_one(conf->hostkey[i], error) == -1)
			return -1;
	return 0;
}

int64_t
rotate_placed_at(const struct conf *conf)
{
	char old[PATH_MAX];
	struct stat st;
	int64_t at = 0, when;
	int i;

	/* The link under the name of the host key went then. */
	for (i = 0; i < conf->hostkeys; i++) {
		rotate_path(old, conf->hostkey[i], ".old");
		if (stat(old, &st) == -1)
			continue;
		when = (int64_t)st.st_ctim.tv_sec * 1000000 +
		       st.st_ctim.tv_nsec / 1000;
		at = when > at ? when : at;
	}
	return at;
}

void
rotate_drop(const struct conf *conf)
{
	char next[PATH_MAX];
	int i;

	for (i = 0; i < conf->hostkeys; i++) {
		rotate_path(next, conf->hostkey[i], ".next");
		if (unlink(next) == 0)
			draft_sync_folder(next);
		rotate_path(next, conf->hostkey[i], ".next.pub");
		unlink(next);
	}
}
