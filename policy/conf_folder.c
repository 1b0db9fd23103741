#include "config.h"

#include <sys/types.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_folder.h"

#define SUFFIX ".conf"

void
conf_folder_path(const char *conf, char folder[PATH_MAX])
{
	char real[PATH_MAX];
	const char *slash;

	if (realpath(conf, real) == NULL)
		snprintf(real, sizeof(real), "%s", conf);
	slash = strrchr(real, '/');
	snprintf(folder, PATH_MAX, "%.*s" CONF_FOLDER,
	    slash == NULL ? 0 : (int)(slash - real) + 1, real);
}

static int
conf_folder_is_conf(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return *e->d_name != '.' && n > strlen(SUFFIX) &&
	       strcmp(e->d_name + n - strlen(SUFFIX), SUFFIX) == 0;
}

static int
conf_folder_by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static const char *
conf_folder_refuse(const char *path, uid_t owner)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return strerror(errno);
	if (!S_ISREG(st.st_mode))
		return "not a regular file";
	return st.st_uid == 0 || st.st_uid == owner
		   ? NULL
		   : "must be owned by root or the owner of the main file";
}

static char *
conf_folder_join(const char *folder, const char *name)
{
	size_t size = strlen(folder) + strlen(name) + 2;
	char *path = malloc(size);

	if (path != NULL)
		snprintf(path, size, "%s/%s", folder, name);
	return path;
}

/* Make the paths of the names, until one is refused. */
static int
conf_folder_paths(const char *folder, uid_t owner, struct dirent **names, int n,
    char **paths, char *error, size_t size)
{
	const char *why;
	int i;

	for (i = 0; i < n; i++) {
		paths[i] = conf_folder_join(folder, names[i]->d_name);
		why = paths[i] == NULL ? "out of memory"
				       : conf_folder_refuse(paths[i], owner);
		if (why == NULL)
			continue;
		snprintf(
		    error, size, "%s/%s: %s", folder, names[i]->d_name, why);
		return -1;
	}
	return n;
}

int
conf_folder_list(const char *conf, char ***paths, char *error, size_t size)
{
	struct dirent **names = NULL;
	char folder[PATH_MAX];
	struct stat st;
	uid_t owner = stat(conf, &st) == 0 ? st.st_uid : 0;
	int n, i, result = -1;

	conf_folder_path(conf, folder);
	n = scandir(folder, &names, conf_folder_is_conf, conf_folder_by_bytes);
	*paths = calloc((size_t)(n > 0 ? n : 0) + 1, sizeof(**paths));
	if (n == -1 && errno == ENOENT)
		n = 0;
	if (n == -1)
		snprintf(error, size, "%s: %s", folder, strerror(errno));
	else if (*paths == NULL)
		snprintf(error, size, "%s: out of memory", folder);
	else
		result = conf_folder_paths(
		    folder, owner, names, n, *paths, error, size);
	for (i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return result;
}

void
conf_folder_free(char **paths)
{
	char **p;

	for (p = paths; p != NULL && *p != NULL; p++)
		free(*p);
	free(paths);
}
