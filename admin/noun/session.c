#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin.h"
#include "census.h"
#include "change.h"
#include "show.h"
#include "watch.h"
#include "when.h"

#define YOUNG 800 /* ms until a new session is in the store */

static int
list_one(void *arg, const struct session *s)
{
	show_session(arg, s);
	return 0;
}

static enum admin_exit
run_list(struct admin *a, const struct args *args)
{
	(void)args;
	if (!store_server_runs(a->store))
		admin_note("no server is running on this store");
	output_nodes(a->out, census_several(a->store));
	show_table(a->out, SHOW_SESSION);
	return admin_result(a, store_session_each(a->store, list_one, a->out));
}

/* The sessions that a number means, without a node perhaps several nodes'. */
struct session_search {
	struct session *want;
	char node[DEVICE_NAME]; /* as asked; or "" */
	int n;
	char others[256]; /* "a/41, b/41" */
};

static int
find_session(void *arg, const struct session *s)
{
	struct session_search *f = arg;
	size_t n = strlen(f->others);

	if (s->id != f->want->id ||
	    (f->node[0] != '\0' && strcmp(s->node, f->node) != 0))
		return 0;
	f->n++;
	*f->want = *s;
	snprintf(f->others + n, sizeof(f->others) - n, "%s%s/%llu",
	    n > 0 ? ", " : "", s->node, (unsigned long long)s->id);
	return 0;
}

/* "41" or "NODE/41".  Returns 0, or -1: it is neither. */
static int
session_parse(const char *word, struct session *s)
{
	const char *slash = strrchr(word, '/'), *id = word;
	char *end;

	if (slash != NULL) {
		id = slash + 1;
		if (slash == word || (size_t)(slash - word) >= sizeof(s->node))
			return -1;
		memcpy(s->node, word, (size_t)(slash - word));
	}
	if (*id < '0' || *id > '9')
		return -1;
	s->id = strtoull(id, &end, 10);
	return *end != '\0' || s->id == 0 ? -1 : 0;
}

/*
 * Resolves word: a device (then s->id is 0: all of its sessions), or a
 * session's number.
 */
static enum admin_exit
session_find(struct admin *a, const char *word, struct session *s)
{
	enum store_result result;
	struct device d;

	result = store_device_named(a->store, word, &d);
	if (result == STORE_OK) {
		s->device = d.id;
		snprintf(s->name, sizeof(s->name), "%s", d.name);
	} else if (result == STORE_NONE) {
		if (session_parse(word, s) == -1)
			return admin_fail(
			    "%s is neither a device nor a session's number; "
			    "see et-admin session list",
			    word);
		result = STORE_OK;
	}
	return admin_result(a, result);
}

/*
 * How many live sessions are meant; fills in whose and which node's the one
 * session is, and in others those that a number means.
 */
static int
session_count(struct admin *a, struct session *s, char others[256])
{
	struct session_search f = {.want = s};

	others[0] = '\0';
	if (s->id == 0)
		return change_sessions(a, s->device, NULL);
	memcpy(f.node, s->node, sizeof(f.node));
	store_session_each(a->store, find_session, &f);
	snprintf(others, 256, "%s", f.others);
	return f.n;
}

/* A session that has just begun is not in the store yet: give it a moment. */
static int
count_soon(struct admin *a, struct session *s, char others[256])
{
	int64_t left, end = when_now() + YOUNG * 1000;
	struct watch *watch;
	int n = session_count(a, s, others);

	if (n > 0 || (watch = watch_new(a->store)) == NULL)
		return n;
	while (n == 0 && (left = (end - when_now()) / 1000) > 0 &&
	       watch_next(watch, (int)left) != WATCH_INTERRUPT)
		n = session_count(a, s, others);
	watch_free(watch);
	return n;
}

static enum admin_exit
run_kill(struct admin *a, const struct args *args)
{
	struct session s = {.id = 0};
	char done[DEVICE_NAME + 32], others[256];
	int64_t seq;
	int n;

	if (session_find(a, args->word[0], &s) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (!store_server_runs(a->store))
		return admin_fail(
		    "no server is running on this store: no session to end");
	if ((n = count_soon(a, &s, others)) == 0)
		return admin_fail(
		    "%s%s has no live session; see et-admin session list",
		    s.id == 0 ? "device " : "number ", args->word[0]);
	if (s.id != 0 && n > 1)
		return admin_fail("number %s is a session on several nodes: "
				  "use one of %s",
		    args->word[0], others);
	if (change_begin(a) != ADMIN_DONE ||
	    change_commit(a, store_kill(a->store, s.node, s.id, s.device), &seq,
		"session kill %s", args->word[0]) != ADMIN_DONE)
		return ADMIN_FAILED;
	snprintf(done, sizeof(done), "killed %s of %s",
	    s.id == 0 ? "all sessions" : "a session",
	    s.oper != 0 ? s.who : s.name);
	return change_settle(a, seq, n, done);
}

static const struct verb verbs[] = {
    {"list", "[-o A,B]", "List the live connections of devices and operators.",
	NULL, 0, 0, ARG_BIT(ARG_COLUMNS), VERB_STORE | VERB_BY(OPERATOR_VIEWER),
	run_list},
    {"kill", "ID|[NODE/]SESSION",
	"End one session, or all sessions of a device.",
	"Returns when the sessions have ended.  The device may log in again; "
	"to prevent\n"
	"that, see device disable and operator remove.",
	1, 1, 0, VERB_STORE | VERB_BY(OPERATOR_ADMIN), run_kill},
    {.run = NULL},
};

const struct noun noun_session = {
    "session", "list and end live connections", verbs};
