#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "say.h"
#include "secret.h"

static unsigned int
conf_check_program(const struct receiver *r, const char *path)
{
	if (access(path, X_OK) == 0)
		return 0;
	say_error("%s %s: %s: %s", conf_type_name(r->type), r->name, path,
	    strerror(errno));
	return 1;
}

static unsigned int
conf_check_secret(const struct receiver *r, const char *path)
{
	const char *wrong;
	char *secret;

	if (path == NULL)
		return 0;
	secret = secret_read(path, &wrong);
	secret_free(secret);
	if (secret != NULL)
		return 0;
	say_error(
	    "%s %s: %s: %s", conf_type_name(r->type), r->name, path, wrong);
	return 1;
}

static unsigned int
conf_check_readable(const struct receiver *r, const char *path)
{
	if (path == NULL || access(path, R_OK) == 0)
		return 0;
	say_error("%s %s: %s: %s", conf_type_name(r->type), r->name, path,
	    strerror(errno));
	return 1;
}

/* of: the option whose folder path is, as far as its len bytes. */
static unsigned int
conf_check_folder(const char *of, const char *path, size_t len)
{
	char *folder = strndup(path, len > 0 ? len : 1);
	unsigned int wrong = 0;
	struct stat st;

	if (folder == NULL || stat(folder, &st) == -1)
		wrong = errno;
	else if (!S_ISDIR(st.st_mode))
		wrong = ENOTDIR;
	if (wrong != 0)
		say_error("%s: %s: %s", of, folder != NULL ? folder : path,
		    strerror((int)wrong));
	free(folder);
	return wrong != 0;
}

unsigned int
conf_check_files(const struct conf *c)
{
	const char *slash = strrchr(c->stream, '/');
	const struct receiver *r;
	unsigned int wrong = 0;

	if (slash != NULL)
		wrong += conf_check_folder(
		    "stream", c->stream, (size_t)(slash - c->stream));
	wrong += conf_check_folder("state", c->state, strlen(c->state));

	for (r = c->receiver; r < c->receiver + c->n; r++) {
		wrong += conf_check_secret(r, r->secret_file);
		wrong += conf_check_secret(r, r->url_file);
		wrong += conf_check_readable(r, r->ca_file);
		if (r->type == RECEIVER_COMMAND)
			wrong += conf_check_program(r, r->command[0]);
		if (r->type == RECEIVER_MAIL && r->smtp == NULL)
			wrong += conf_check_program(r, r->sendmail);
	}
	return wrong;
}
