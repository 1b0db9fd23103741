#include "config.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "draft.h"
#include "kept.h"

const char *const kept_beside[KEPT_BESIDE] = {
    "", ".next", ".old", ".announced"};

/* A new one; NULL has been said. */
static struct kept *
kept_add(struct kept_set *set, const char *name, const char *path)
{
	struct kept *k = &set->file[set->n];
	int i;

	for (i = 0; i < set->n; i++)
		if (strcmp(set->file[i].member.name, name) == 0) {
			admin_fail("%s: the backup already has another file "
				   "named %s: rename one of them",
			    path, name);
			return NULL;
		}
	/* The store needs a place, too. */
	if (set->n + 1 >= MANIFEST_FILES) {
		admin_fail("more than %d files of configuration and keys",
		    MANIFEST_FILES - 1);
		return NULL;
	}
	if (!manifest_knows(name)) {
		admin_fail("%s: a backup cannot contain a file of this name: "
			   "rename it",
		    path);
		return NULL;
	}
	memset(k, 0, sizeof(*k));
	snprintf(k->member.name, sizeof(k->member.name), "%s", name);
	set->n++;
	return k;
}

static int
kept_load(struct kept *k, int fd)
{
	struct passwd *pw;
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) == -1)
		return -1;
	if (!S_ISREG(st.st_mode) || st.st_size > KEPT_MAX) {
		errno = S_ISREG(st.st_mode) ? EFBIG : EINVAL;
		return -1;
	}
	if ((k->bytes = malloc((size_t)st.st_size + 1)) == NULL ||
	    (n = draft_read(fd, k->bytes, (size_t)st.st_size)) == -1)
		return -1;
	pw = getpwuid(st.st_uid);
	k->member.size = n;
	k->member.mode = st.st_mode & 0777;
	snprintf(k->member.owner, sizeof(k->member.owner), "%s",
	    pw != NULL && strlen(pw->pw_name) < USTAR_OWNER ? pw->pw_name
							    : "root");
	return digest_of(k->bytes, (size_t)n, k->member.sha256);
}

static enum admin_exit
kept_read(struct kept_set *set, const char *name, const char *path, bool *there)
{
	struct kept *k;
	int fd, result;

	*there = true;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1 && errno == ENOENT) {
		*there = false;
		return ADMIN_DONE;
	}
	if (fd == -1)
		return admin_fail("%s: %s%s", path, strerror(errno),
		    errno == EACCES ? ": run et-admin as root" : "");
	if ((k = kept_add(set, name, path)) == NULL) {
		close(fd);
		return ADMIN_FAILED;
	}
	result = kept_load(k, fd);
	if (result == -1)
		admin_fail("%s: %s", path, strerror(errno));
	close(fd);
	return result == 0 ? ADMIN_DONE : ADMIN_FAILED;
}

/* Without one the server has its defaults, as with an empty one. */
static enum admin_exit
kept_conf(struct kept_set *set, const char *path)
{
	struct kept *k;
	bool there;

	if (kept_read(set, MANIFEST_CONF, path, &there) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (there)
		return ADMIN_DONE;
	if ((k = kept_add(set, MANIFEST_CONF, path)) == NULL)
		return ADMIN_FAILED;
	k->member.mode = 0644;
	snprintf(k->member.owner, sizeof(k->member.owner), "root");
	if ((k->bytes = calloc(1, 1)) == NULL ||
	    digest_of(k->bytes, 0, k->member.sha256) == -1)
		return admin_fail("out of memory");
	return ADMIN_DONE;
}

static int
kept_is_conf(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return d->d_name[0] != '.' && n > 5 &&
	       strcmp(d->d_name + n - 5, ".conf") == 0;
}

/* The folder conf.d beside it, if there is one. */
static enum admin_exit
kept_conf_folder(struct kept_set *set, const char *conf)
{
	char folder[PATH_MAX], path[2 * PATH_MAX], name[PATH_MAX];
	const char *slash = strrchr(conf, '/');
	enum admin_exit result = ADMIN_DONE;
	struct dirent **found = NULL;
	bool there;
	int i, n;

	snprintf(folder, sizeof(folder), "%.*s" MANIFEST_CONF_FOLDER,
	    slash == NULL ? 0 : (int)(slash - conf) + 1, conf);
	n = scandir(folder, &found, kept_is_conf, alphasort);
	if (n == -1)
		return errno == ENOENT
			   ? ADMIN_DONE
			   : admin_fail("%s: %s", folder, strerror(errno));
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s%s", folder, found[i]->d_name);
		snprintf(name, sizeof(name), MANIFEST_CONF_FOLDER "%s",
		    found[i]->d_name);
		if (result == ADMIN_DONE)
			result = kept_read(set, name, path, &there);
		free(found[i]);
	}
	free(found);
	return result;
}

int
kept_hostkey_name(const char *path, char name[USTAR_NAME])
{
	const char *slash = strrchr(path, '/');
	int n = snprintf(name, USTAR_NAME, MANIFEST_HOSTKEYS "%s",
	    slash == NULL ? path : slash + 1);

	return n < USTAR_NAME && manifest_knows(name) ? 0 : -1;
}

static enum admin_exit
kept_hostkey(struct kept_set *set, const char *hostkey)
{
	char name[USTAR_NAME], path[PATH_MAX];
	bool there;
	int i;

	for (i = 0; i < KEPT_BESIDE; i++) {
		if (snprintf(path, sizeof(path), "%s%s", hostkey,
			kept_beside[i]) >= (int)sizeof(path) ||
		    kept_hostkey_name(path, name) == -1)
			return admin_fail("%s: a backup cannot contain a file "
					  "of this name: rename it",
			    path);
		if (kept_read(set, name, path, &there) != ADMIN_DONE)
			return ADMIN_FAILED;
		if (!there && i == 0)
			admin_note("%s: no such host key", path);
	}
	return ADMIN_DONE;
}

enum admin_exit
kept_collect(
    struct kept_set *set, const char *conf_path, const struct conf *conf)
{
	bool there;
	int i;

	set->n = 0;
	if (kept_conf(set, conf_path) != ADMIN_DONE ||
	    kept_conf_folder(set, conf_path) != ADMIN_DONE)
		return ADMIN_FAILED;
	for (i = 0; i < conf->hostkeys; i++)
		if (kept_hostkey(set, conf->hostkey[i]) != ADMIN_DONE)
			return ADMIN_FAILED;
	return kept_read(set, MANIFEST_LOG_KEY, conf->event_log_key, &there);
}

void
kept_free(struct kept_set *set)
{
	int i;

	for (i = 0; i < set->n; i++) {
		if (set->file[i].bytes != NULL)
			explicit_bzero(set->file[i].bytes,
			    (size_t)set->file[i].member.size);
		free(set->file[i].bytes);
	}
	set->n = 0;
}
