#include "config.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "draft.h"
#include "stage_conf.h"
#include "stage_file.h"

/* conf.d beside the configuration, without the last slash. */
static void
stage_conf_folder(const char *conf, char folder[PATH_MAX])
{
	const char *slash = strrchr(conf, '/');

	snprintf(folder, PATH_MAX, "%.*sconf.d",
	    slash == NULL ? 0 : (int)(slash - conf) + 1, conf);
}

static enum admin_exit
stage_write_conf(struct stage *s, const struct kept *k)
{
	char path[STAGE_PATH], folder[STAGE_PATH];

	if (strncmp(k->member.name, MANIFEST_CONF_FOLDER,
		strlen(MANIFEST_CONF_FOLDER)) == 0) {
		snprintf(folder, sizeof(folder), "%s/conf.d", s->folder);
		if (mkdir(folder, 0755) == -1 && errno != EEXIST)
			return stage_failed(folder);
	}
	snprintf(path, sizeof(path), "%s/%.*s", s->folder, USTAR_NAME,
	    k->member.name);
	return stage_write(path, k, (k->member.mode & 0755) | 0400);
}

bool
stage_is_empty(const char *folder)
{
	struct dirent *d;
	DIR *dir = opendir(folder);
	bool empty = true;

	while (dir != NULL && empty && (d = readdir(dir)) != NULL)
		empty =
		    strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0;
	if (dir != NULL)
		closedir(dir);
	return empty;
}

/* conf.d goes as a whole: nothing of what was there may stay in force. */
static enum admin_exit
stage_plan_conf(struct stage *s, const struct kept *conf, struct plan *plan)
{
	char from[STAGE_PATH], to[PATH_MAX];
	struct stat st;

	if (!stage_is_there(s->conf_path, conf)) {
		snprintf(from, sizeof(from), "%s/" MANIFEST_CONF, s->folder);
		if (plan_add(plan, from, s->conf_path) != ADMIN_DONE)
			return ADMIN_FAILED;
	}
	stage_conf_folder(s->conf_path, to);
	snprintf(from, sizeof(from), "%s/conf.d", s->folder);
	if (stat(from, &st) == -1)
		return stage_is_empty(to) ? ADMIN_DONE : plan_add(plan, "", to);
	return plan_add(plan, from, to);
}

enum admin_exit
stage_unpack_conf(
    struct stage *s, const struct kept_set *set, struct plan *plan)
{
	char path[STAGE_PATH], error[CONF_ERROR];
	const struct kept *conf = NULL;
	const struct kept *k;

	for (k = set->file; k < set->file + set->n; k++) {
		if (strcmp(k->member.name, MANIFEST_CONF) == 0)
			conf = k;
		else if (strncmp(k->member.name, MANIFEST_CONF_FOLDER,
			     strlen(MANIFEST_CONF_FOLDER)) != 0)
			continue;
		if (stage_write_conf(s, k) != ADMIN_DONE)
			return ADMIN_FAILED;
	}
	if (conf == NULL)
		return admin_fail("the backup contains no configuration");
	snprintf(path, sizeof(path), "%s/" MANIFEST_CONF_FOLDER, s->folder);
	if (draft_sync_folder(path) == -1 && errno != ENOENT)
		return stage_failed(path);
	snprintf(path, sizeof(path), "%s/" MANIFEST_CONF, s->folder);
	if ((s->conf = conf_read(path, error)) == NULL)
		return admin_fail("configuration in the backup: %s", error);
	return stage_plan_conf(s, conf, plan);
}
