/*
 * Whether the unit names a path, as et-sshd -t looks for it.
 */
#include "config.h"

#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "folder.h"
#include "unit.h"
#include "unit_paths.h"

static const char *unit; /* NULL: there is none */

/* The C library's: the unit in /etc is the test's, and there is no other. */
int
glob(const char *pattern, int flags, int (*error)(const char *, int), glob_t *g)
{
	(void)flags, (void)error;
	if (unit == NULL ||
	    strcmp(pattern, "/etc/systemd/system/et-sshd.service") != 0)
		return GLOB_NOMATCH;
	g->gl_pathc = 1;
	g->gl_pathv = malloc(sizeof(*g->gl_pathv));
	g->gl_pathv[0] = strdup(unit);
	return 0;
}

void
globfree(glob_t *g)
{
	free(g->gl_pathv[0]);
	free(g->gl_pathv);
}

/* Is there a warning of this path? */
static bool
warns(struct folder *folder, const char *conf, const char *path)
{
	char file[FOLDER_PATH], *text;
	int was = dup(STDERR_FILENO), fd;
	bool said;

	strcpy(file, folder_write(folder, "stderr", "", 0600));
	fd = open(file, O_WRONLY);
	dup2(fd, STDERR_FILENO);
	unit_paths_check(conf, path);
	dup2(was, STDERR_FILENO);
	close(was);
	close(fd);
	text = folder_read(file);
	said = strstr(text, path) != NULL;
	free(text);
	return said;
}

static bool
warns_with(struct folder *folder, const char *text, const char *path)
{
	char file[FOLDER_PATH];
	bool said;

	strcpy(file, folder_write(folder, "unit", text, 0600));
	unit = file;
	said = warns(folder, CONF_DEFAULT, path);
	unit = NULL;
	return said;
}

static void
test_a_path_or_one_below(void **state)
{
	static const struct {
		const char *text, *path;
		bool warns;
	} cases[] = {
	    {"ReadWritePaths=/srv/a\n", "/srv/a", false},
	    {"ReadWritePaths=/srv/a\n", "/srv/a/store.db", false},
	    {"ReadWritePaths=/srv/a\n", "/srv/ab/store.db", true},
	    {"ReadWritePaths=/srv/a\n", "/srv", true},
	    {"ReadWritePaths=/srv/b /srv/a\n", "/srv/a/x", false},
	    {"ReadWritePaths=-/srv/a\n", "/srv/a/x", false},
	    {"ReadWritePaths=+/srv/a\n", "/srv/a/x", false},
	    {"ReadWritePaths=-+/srv/a\n", "/srv/a/x", false},
	    {"ReadWritePaths=\nReadWritePaths=/srv/a", "/srv/a/x", false},
	    {"ReadWritePaths=\n", "/srv/a/x", true},
	    {"#ReadWritePaths=/srv/a\n", "/srv/a/x", true},
	    {"ReadOnlyPaths=/srv/a\n", "/srv/a/x", true},
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (warns_with(*state, cases[i].text, cases[i].path) !=
		    cases[i].warns)
			fail_msg("%s: %s", cases[i].text, cases[i].path);
}

static void
test_nothing_to_say(void **state)
{
	char file[FOLDER_PATH];

	assert_false(warns(*state, CONF_DEFAULT, "/srv/a/x"));
	strcpy(file, folder_write(*state, "unit", "[Service]\n", 0600));
	unit = file;
	assert_true(warns(*state, CONF_DEFAULT, "/srv/a/x"));
	assert_false(warns(*state, "/srv/et-sshd.conf", "/srv/a/x"));
	unit = NULL;
}

#define WITH_FOLDER(f) \
	cmocka_unit_test_setup_teardown(f, folder_make, folder_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_FOLDER(test_a_path_or_one_below),
	    WITH_FOLDER(test_nothing_to_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
