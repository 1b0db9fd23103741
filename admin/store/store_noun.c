#include "config.h"

#include <string.h>

#include "admin.h"
#include "owner.h"
#include "store_exam.h"
#include "store_init.h"
#include "store_move.h"
#include "store_url.h"

/*
 * A store that a word names, with the configuration's file of passwords; the
 * configuration's own if there is no word.
 */
static enum admin_exit
store_named(
    const struct admin *a, const char *word, const char *role, char url[])
{
	const char *wrong;

	if (word == NULL)
		word = a->url;
	else if ((wrong = store_url_check(word)) != NULL)
		return admin_usage("%.100s: %s",
		    strstr(wrong, "password") != NULL ? "the store" : word,
		    wrong);
	/* What came from the configuration has its file already. */
	if (store_url_make(url, word, role,
		strstr(word, "passfile=") != NULL
		    ? ""
		    : a->conf->store_passfile) == -1)
		return admin_usage("the URL is too long");
	return ADMIN_DONE;
}

/* The owner of the one that is a file; else the server's user. */
static enum admin_exit
store_become(const struct admin *a, const char *url, const char *other)
{
	char error[OWNER_ERROR];
	int r;

	if (store_url_several(url) && other != NULL)
		url = other;
	r = store_url_several(url) ? owner_become_user(a->conf->user, error)
				   : owner_become(url, error);
	return r == -1 ? admin_fail("%s", error) : ADMIN_DONE;
}

static enum admin_exit
run_init(struct admin *a, const struct args *args)
{
	const char *role = args->value[ARG_RUN];
	struct store_init in;
	char url[STORE_URL];
	enum admin_exit result;

	if ((result = store_named(a, args->word[0], "", url)) != ADMIN_DONE)
		return result;
	if (!store_url_several(url))
		return admin_usage("%s: a store of SQLite needs no database: "
				   "et-sshd makes it when it starts",
		    url);
	result = store_init_make(&in, url, a->conf->store_reader);
	if (result != ADMIN_DONE)
		return result;
	if (role == NULL) {
		store_init_print(&in, stdout);
		return ADMIN_DONE;
	}
	if ((result = store_become(a, url, NULL)) != ADMIN_DONE)
		return result;
	return store_init_run(&in, url, role);
}

static enum admin_exit
run_copy(struct admin *a, const struct args *args)
{
	char from[STORE_URL], to[STORE_URL];
	enum admin_exit result;

	if ((result = store_named(a, args->word[0], "", from)) != ADMIN_DONE ||
	    (result = store_named(a, args->word[1], "", to)) != ADMIN_DONE)
		return result;
	if (strcmp(from, to) == 0)
		return admin_usage("FROM and TO are the same store");
	if ((result = store_become(a, from, to)) != ADMIN_DONE)
		return result;
	return store_move(a, from, to);
}

static enum admin_exit
run_check(struct admin *a, const struct args *args)
{
	const char *word = args->words > 0 ? args->word[0] : NULL;
	bool reader = args->value[ARG_READER] != NULL;
	char url[STORE_URL];
	enum admin_exit result;

	result = store_named(a, word, reader ? a->conf->store_reader : "", url);
	if (result != ADMIN_DONE ||
	    (result = store_become(a, url, NULL)) != ADMIN_DONE)
		return result;
	return store_exam(a, url, reader);
}

static const struct verb verbs[] = {
    {"init", "[URL] [--run ROLE]",
	"Print the statements that make a database for a store.",
	"URL is postgresql://ROLE@HOST/DATABASE, or that of the "
	"configuration.  Pipe\nwhat is printed into psql, as a superuser of "
	"PostgreSQL.  With --run\nthey are executed, logged in as another "
	"role, which must be\nallowed to make roles and databases.",
	0, 1, ARG_BIT(ARG_RUN), 0, run_init},
    {"copy", "FROM TO", "Copy a whole store to an empty or new one.",
	"FROM and TO are sqlite:/path or postgresql://ROLE@HOST/DATABASE, of "
	"which no\nserver may be running on either.  What was copied is read "
	"back and compared; if\nanything fails, TO stays empty.",
	2, 2, 0, VERB_ROOT, run_copy},
    {"check", "[URL] [--reader]", "Examine a store, and what its role may do.",
	"Exit status 1 if it does not answer, or something is wrong with it.",
	0, 1, ARG_BIT(ARG_READER), VERB_ROOT, run_check},
    {.run = NULL},
};

const struct noun noun_store = {
    "store", "make, copy and examine the store", verbs};
