#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "restore_place.h"

#define SCHEME "sqlite:"

/* Below the folder, and by no way that leads out of it again. */
static bool
place_is_below(const char *path, const char *folder)
{
	size_t n = strlen(folder), len;

	if (n == 0 || strncmp(path, folder, n) != 0 || path[n] != '/')
		return false;
	for (path += n; *path == '/'; path += len) {
		path++;
		len = strcspn(path, "/");
		if (len == 0 || (len == 1 && *path == '.') ||
		    (len == 2 && strncmp(path, "..", 2) == 0))
			return false;
	}
	return true;
}

static bool
place_is_usual(const char *path, const char *conf_path)
{
	const char *slash = strrchr(conf_path, '/');
	char folder[PATH_MAX] = "";

	if (slash != NULL)
		snprintf(folder, sizeof(folder), "%.*s",
		    (int)(slash - conf_path), conf_path);
	return place_is_below(path, folder) ||
	       place_is_below(path, ETPH_SYSCONFDIR) ||
	       place_is_below(path, ETPH_STATEDIR);
}

static bool
place_is_hostkeys(const struct conf *now, const char *path)
{
	int i;

	for (i = 0; now != NULL && i < now->hostkeys; i++)
		if (strcmp(now->hostkey[i], path) == 0)
			return true;
	return false;
}

static enum admin_exit
place_refuse(const char *option, const char *path, const char *conf_path)
{
	return admin_fail(
	    "%s in the backup: %s is outside the default folders: if that is "
	    "intended, first write %s with that %s",
	    option, path, conf_path, option);
}

enum admin_exit
restore_place_keys(const struct conf *conf, const char *conf_path)
{
	char error[CONF_ERROR];
	struct conf *now = conf_read(conf_path, error);
	enum admin_exit result = ADMIN_DONE;
	int i;

	for (i = 0; i < conf->hostkeys && result == ADMIN_DONE; i++)
		if (!place_is_usual(conf->hostkey[i], conf_path) &&
		    !place_is_hostkeys(now, conf->hostkey[i]))
			result = place_refuse(
			    "host-keys", conf->hostkey[i], conf_path);
	if (result == ADMIN_DONE &&
	    !place_is_usual(conf->event_log_key, conf_path) &&
	    (now == NULL ||
		strcmp(now->event_log_key, conf->event_log_key) != 0))
		result = place_refuse(
		    "event-log-key", conf->event_log_key, conf_path);
	conf_free(now);
	return result;
}

enum admin_exit
restore_place_store(const struct conf *conf, const char *conf_path)
{
	const char *path = conf->store;
	char error[CONF_ERROR];
	struct conf *now = conf_read(conf_path, error);
	enum admin_exit result = ADMIN_DONE;

	if (strncmp(path, SCHEME, strlen(SCHEME)) == 0)
		path += strlen(SCHEME);
	if (!place_is_usual(path, conf_path) &&
	    (now == NULL || strcmp(now->store, conf->store) != 0))
		result = place_refuse("store", path, conf_path);
	conf_free(now);
	return result;
}
