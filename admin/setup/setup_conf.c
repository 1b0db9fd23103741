#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "conf_folder.h"
#include "draft.h"
#include "setup_conf.h"

#define HEAD                                                               \
	"# Written by et-admin setup; run et-admin setup again to change " \
	"it.\n"
#define MAIN "# See et-sshd.conf(5), and conf.d beside this file.\n"
#define LINE 512
#define EXAMPLE 65536
#define TEXT (sizeof(HEAD) + 2 * (size_t)LINE)

/* The lines of the file that is there; each "" or with its newline. */
static void
setup_conf_read(const char *path, char name[LINE], char listen[LINE])
{
	char line[LINE];
	FILE *fp;

	*name = *listen = '\0';
	if ((fp = fopen(path, "re")) == NULL)
		return;
	while (fgets(line, sizeof(line), fp) != NULL)
		if (strncmp(line, "public-name ", 12) == 0)
			memcpy(name, line, sizeof(line));
		else if (strncmp(line, "listen ", 7) == 0)
			memcpy(listen, line, sizeof(line));
	fclose(fp);
}

/* A file of this text in the folder, in the place of one that is there. */
static enum admin_exit
setup_conf_put(const char *folder, const char *name, const char *text)
{
	enum admin_exit result = ADMIN_FAILED;
	char path[PATH_MAX];
	struct draft draft;

	snprintf(path, sizeof(path), "%.*s/%s", PATH_MAX - 32, folder, name);
	if (draft_begin(&draft, path) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (draft_write(draft.fd, text, strlen(text)) == -1 ||
	    fchmod(draft.fd, 0644) == -1)
		admin_fail("%s: %s", path, strerror(errno));
	else
		result = draft_commit(&draft);
	draft_end(&draft);
	return result;
}

/* The installed example, in which each option is a comment; "": none. */
static void
setup_conf_example(char text[EXAMPLE])
{
	FILE *fp = fopen(ETPH_DOCDIR "/examples/et-sshd.conf", "re");
	size_t n = 0;

	if (fp != NULL) {
		n = fread(text, 1, EXAMPLE - 1, fp);
		if (!feof(fp))
			n = 0;
		fclose(fp);
	}
	text[n] = '\0';
}

/* The main file, which et-sshd(8) must find. */
static enum admin_exit
setup_conf_main(const char *conf)
{
	char folder[PATH_MAX], text[EXAMPLE];
	const char *slash = strrchr(conf, '/');

	if (access(conf, F_OK) == 0 || errno != ENOENT || slash == NULL)
		return ADMIN_DONE;
	snprintf(folder, sizeof(folder), "%.*s", (int)(slash - conf), conf);
	if (mkdir(folder, 0755) == -1 && errno != EEXIST)
		return admin_fail("%s: %s", folder, strerror(errno));
	setup_conf_example(text);
	return setup_conf_put(folder, slash + 1, *text != '\0' ? text : MAIN);
}

enum admin_exit
setup_conf_write(
    const char *conf, const char *name, uint32_t port, bool *changed)
{
	char folder[PATH_MAX], path[PATH_MAX + 16], text[TEXT];
	char old[2][LINE], line[2][LINE];

	*changed = false;
	if (setup_conf_main(conf) != ADMIN_DONE)
		return ADMIN_FAILED;
	conf_folder_path(conf, folder);
	snprintf(path, sizeof(path), "%s/" SETUP_CONF, folder);
	setup_conf_read(path, old[0], old[1]);
	memcpy(line, old, sizeof(line));
	if (name != NULL)
		snprintf(line[0], LINE, "public-name = \"%s\"\n", name);
	if (port != 0)
		snprintf(line[1], LINE,
		    "listen = {\"0.0.0.0:%u\", \"[::]:%u\"}\n",
		    (unsigned int)port, (unsigned int)port);
	if (memcmp(old[0], line[0], strlen(line[0]) + 1) == 0 &&
	    memcmp(old[1], line[1], strlen(line[1]) + 1) == 0)
		return ADMIN_DONE;
	if (mkdir(folder, 0755) == -1 && errno != EEXIST)
		return admin_fail("%s: %s", folder, strerror(errno));
	snprintf(text, sizeof(text), HEAD "%s%s", line[0], line[1]);
	*changed = true;
	return setup_conf_put(folder, SETUP_CONF, text);
}
