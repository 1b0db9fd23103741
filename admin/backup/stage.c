#include "config.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "draft.h"
#include "keygen.h"
#include "restore_place.h"
#include "stage.h"
#include "stage_conf.h"
#include "stage_file.h"

/* ---- the folder ---- */

static void
stage_empty(const char *folder)
{
	char path[STAGE_PATH + 256];
	struct dirent *d;
	DIR *dir = opendir(folder);

	while (dir != NULL && (d = readdir(dir)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", folder, d->d_name);
		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			unlink(path);
	}
	if (dir != NULL)
		closedir(dir);
}

static void
stage_empty_all(const struct stage *s)
{
	char conf[STAGE_PATH];

	snprintf(conf, sizeof(conf), "%s/" MANIFEST_CONF_FOLDER, s->folder);
	stage_empty(conf);
	rmdir(conf);
	stage_empty(s->folder);
}

/* The journal in a folder that others can write would be theirs. */
static bool
stage_is_ours(const struct stage *s)
{
	struct stat st;

	return fstat(s->lock, &st) == 0 && st.st_uid == geteuid() &&
	       (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

enum admin_exit
stage_begin(struct stage *s, const char *conf_path)
{
	s->conf_path = conf_path;
	s->conf = NULL;
	s->lock = -1;
	restore_mark_folder(conf_path, s->folder);
	if (stage_make_parent(conf_path) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (mkdir(s->folder, 0700) == -1 && errno != EEXIST)
		return stage_failed(s->folder);
	s->lock =
	    open(s->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (s->lock == -1)
		return stage_failed(s->folder);
	if (!stage_is_ours(s))
		return admin_fail(
		    "%s: writable by other users: remove it", s->folder);
	if (flock(s->lock, LOCK_EX | LOCK_NB) == -1) {
		close(s->lock);
		s->lock = -1;
		return admin_fail("another et-admin restore is running");
	}
	return draft_sync_folder(s->folder) == 0 ? ADMIN_DONE
						 : stage_failed(s->folder);
}

void
stage_remove(struct stage *s, const struct plan *plan)
{
	int i;

	for (i = 0; plan != NULL && i < plan->moves; i++)
		unlink(plan->move[i].from);
	if (s->lock == -1)
		return;
	stage_empty_all(s);
	rmdir(s->folder);
}

void
stage_end(struct stage *s)
{
	conf_free(s->conf);
	s->conf = NULL;
	if (s->lock != -1)
		close(s->lock);
	s->lock = -1;
}

/* ---- keys ---- */

/*
 * The public half beside a key becomes that of the one restored, which lies at
 * staged: token new of the admin group's members prints what is in it.
 */
static enum admin_exit
stage_public(const char *staged, const char *to, struct plan *plan)
{
	char public[PATH_MAX], from[PATH_MAX + 16];
	char line[KEYGEN_LINE], error[KEYGEN_ERROR];
	struct kept k = {.bytes = line};
	struct stat st;
	struct key key;

	snprintf(public, sizeof(public), "%.*s.pub", PATH_MAX - 8, to);
	if (keygen_public(staged, &key, line, error) == -1)
		return lstat(public, &st) == 0 ? plan_add(plan, "", public)
					       : ADMIN_DONE;
	k.member.size = (int64_t)strlen(line) + 1;
	line[k.member.size - 1] = '\n';
	snprintf(k.member.owner, sizeof(k.member.owner), "root");
	if (stage_is_there(public, &k))
		return ADMIN_DONE;
	snprintf(from, sizeof(from), "%s.restore", public);
	if (plan_add(plan, from, public) != ADMIN_DONE)
		return ADMIN_FAILED;
	return stage_write(from, &k, 0644);
}

static enum admin_exit
stage_key(const struct kept *k, const char *to, struct plan *plan)
{
	char from[PATH_MAX + 16];
	const char *dot = strrchr(k->member.name, '.');
	bool secret =
	    dot == NULL || strcmp(dot, kept_beside[KEPT_ANNOUNCED]) != 0;

	if (stage_is_there(to, k))
		return ADMIN_DONE;
	if (strlen(to) >= PATH_MAX - PLAN_SUFFIX)
		return admin_fail("%.60s...: %s", to, strerror(ENAMETOOLONG));
	snprintf(from, sizeof(from), "%s.restore", to);
	if (stage_make_parent(to) != ADMIN_DONE ||
	    plan_add(plan, from, to) != ADMIN_DONE ||
	    stage_write(from, k, secret ? 0600 : k->member.mode & 0644) !=
		ADMIN_DONE ||
	    (secret && stage_public(from, to, plan) != ADMIN_DONE))
		return ADMIN_FAILED;
	return draft_sync_folder(from) == 0 ? ADMIN_DONE : stage_failed(from);
}

/*
 * Where the backup's configuration has a file of this name: to, or "" for
 * nowhere.
 */
static void
stage_place(const struct conf *conf, const char *member, char to[PATH_MAX])
{
	char name[USTAR_NAME];
	int i, n;

	if (strcmp(member, MANIFEST_LOG_KEY) == 0) {
		snprintf(to, PATH_MAX, "%s", conf->event_log_key);
		return;
	}
	for (i = 0; i < conf->hostkeys; i++)
		for (n = 0; n < KEPT_BESIDE; n++) {
			snprintf(to, PATH_MAX, "%s%s", conf->hostkey[i],
			    kept_beside[n]);
			if (kept_hostkey_name(to, name) == 0 &&
			    strcmp(name, member) == 0)
				return;
		}
	to[0] = '\0';
}

static bool
stage_has(const struct kept_set *set, const char *name)
{
	int i;

	for (i = 0; i < set->n; i++)
		if (strcmp(set->file[i].member.name, name) == 0)
			return true;
	return false;
}

/* A rotation that the backup knows nothing of is not one of its server's. */
static enum admin_exit
stage_plan_beside(
    const struct conf *conf, const struct kept_set *set, struct plan *plan)
{
	char name[USTAR_NAME], to[PATH_MAX];
	struct stat st;
	int i, n;

	for (i = 0; i < conf->hostkeys; i++)
		for (n = 1; n < KEPT_BESIDE; n++) {
			snprintf(to, sizeof(to), "%s%s", conf->hostkey[i],
			    kept_beside[n]);
			if (kept_hostkey_name(to, name) == 0 &&
			    !stage_has(set, name) && lstat(to, &st) == 0 &&
			    plan_add(plan, "", to) != ADMIN_DONE)
				return ADMIN_FAILED;
		}
	return ADMIN_DONE;
}

enum admin_exit
stage_unpack(struct stage *s, const struct kept_set *set, struct plan *plan)
{
	const struct kept *k;
	char to[PATH_MAX];

	stage_empty_all(s);
	if (stage_unpack_conf(s, set, plan) != ADMIN_DONE ||
	    restore_place_keys(s->conf, s->conf_path) != ADMIN_DONE)
		return ADMIN_FAILED;
	for (k = set->file; k < set->file + set->n; k++) {
		if (strncmp(k->member.name, "conf.d/", 7) == 0 ||
		    strcmp(k->member.name, MANIFEST_CONF) == 0)
			continue;
		stage_place(s->conf, k->member.name, to);
		if (to[0] == '\0')
			return admin_fail("the backup contains %s, which its "
					  "configuration does not name",
			    k->member.name);
		if (stage_key(k, to, plan) != ADMIN_DONE)
			return ADMIN_FAILED;
	}
	if (stage_plan_beside(s->conf, set, plan) != ADMIN_DONE)
		return ADMIN_FAILED;
	return fsync(s->lock) == 0 ? ADMIN_DONE : stage_failed(s->folder);
}
