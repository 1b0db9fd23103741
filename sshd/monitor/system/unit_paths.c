#include "config.h"

#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "unit_paths.h"

#define OPTION "ReadWritePaths="

/* The unit, where packages, "make install" and administrators have it. */
static const char *const patterns[] = {
    "/usr/lib/systemd/system/et-sshd.service",
    "/lib/systemd/system/et-sshd.service",
    "/usr/local/lib/systemd/system/et-sshd.service",
    "/etc/systemd/system/et-sshd.service",
    "/etc/systemd/system/et-sshd.service.d/*.conf",
    "/run/systemd/system/et-sshd.service.d/*.conf"};

/* Is path one of the line's words, or below one? */
static bool
unit_paths_in(char *words, const char *path)
{
	char *rest = words, *word;
	size_t n;

	while ((word = strsep(&rest, " \t\n")) != NULL) {
		word += strspn(word, "+-");
		n = strlen(word);
		if (n > 0 && strncmp(path, word, n) == 0 &&
		    (path[n] == '/' || path[n] == '\0'))
			return true;
	}
	return false;
}

static bool
unit_paths_file(const char *file, const char *path)
{
	bool found = false;
	char *line = NULL;
	size_t size = 0;
	FILE *fp;

	if ((fp = fopen(file, "re")) == NULL)
		return false;
	while (!found && getline(&line, &size, fp) != -1)
		found = strncmp(line, OPTION, strlen(OPTION)) == 0 &&
			unit_paths_in(line + strlen(OPTION), path);
	free(line);
	fclose(fp);
	return found;
}

void
unit_paths_check(const char *conf, const char *path)
{
	size_t i, j, units = 0;
	bool found = false;
	glob_t g;

	if (strcmp(conf, CONF_DEFAULT) != 0)
		return;
	for (i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		if (glob(patterns[i], 0, NULL, &g) != 0)
			continue;
		units += g.gl_pathc;
		for (j = 0; j < g.gl_pathc; j++)
			found |= unit_paths_file(g.gl_pathv[j], path);
		globfree(&g);
	}
	if (units > 0 && !found)
		fprintf(stderr,
		    "et-sshd: the unit et-sshd.service may not write to %s: "
		    "add its directory to ReadWritePaths with systemctl edit "
		    "et-sshd\n",
		    path);
}
