#include "config.h"

#include <sys/stat.h>

#include <errno.h>
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

unsigned int
conf_check_files(const struct conf *c)
{
	const struct receiver *r;
	unsigned int wrong = 0;

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
