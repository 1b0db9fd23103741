#include "config.h"

#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "change.h"
#include "watch.h"
#include "when.h"

enum admin_exit
change_begin(struct admin *a)
{
	return admin_result(a, store_begin(a->store));
}

void
change_login(char login[DEVICE_NAME])
{
	const char *name = NULL;
	struct passwd *pw;

	if (getuid() == 0)
		name = getenv("SUDO_USER");
	if (name == NULL || *name == '\0')
		name = getlogin();
	if (name == NULL && (pw = getpwuid(getuid())) != NULL)
		name = pw->pw_name;
	snprintf(login, DEVICE_NAME, "%s", name == NULL ? "?" : name);
}

enum admin_exit
change_commit(struct admin *a, enum store_result result, int64_t *seq,
    const char *fmt, ...)
{
	struct change change; /* for the length of its text */
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(change.what, sizeof(change.what), fmt, ap);
	va_end(ap);
	snprintf(change.who, sizeof(change.who), "%s",
	    a->who != NULL ? a->who : a->login);
	if (result == STORE_OK)
		result = store_admin(a->store, change.who, change.what);
	if (result == STORE_OK)
		result = store_seq(a->store, seq);
	if (result == STORE_OK)
		result = store_commit(a->store);
	if (result == STORE_OK)
		return ADMIN_DONE;
	admin_result(a, result);
	store_rollback(a->store);
	return ADMIN_FAILED;
}

/* ---- the servers' side ---- */

struct applied {
	int64_t seq;
	int64_t now;
	int done, behind;
};

static int
count_node(void *arg, const struct node *node)
{
	struct applied *applied = arg;

	if (applied->now - node->alive > STORE_NODE_GONE)
		return 0; /* it died and left its row */
	if (node->applied >= applied->seq)
		applied->done++;
	else
		applied->behind++;
	return 0;
}

static bool
all_applied(struct admin *a, int64_t seq)
{
	struct applied applied = {.seq = seq, .now = when_now()};

	return store_node_each(a->store, count_node, &applied) == STORE_OK &&
	       applied.behind == 0 && applied.done > 0;
}

bool
change_applied(struct admin *a, int64_t seq)
{
	int64_t left, end = when_now() + CHANGE_WAIT * 1000;
	struct watch *watch;
	bool done;

	if ((watch = watch_new(a->store)) == NULL)
		return all_applied(a, seq);
	while (!(done = all_applied(a, seq)) &&
	       (left = (end - when_now()) / 1000) > 0)
		if (watch_next(watch, (int)left) == WATCH_INTERRUPT)
			break;
	watch_free(watch);
	return done;
}

enum admin_exit
change_settle(struct admin *a, int64_t seq, int ended, const char *done)
{
	if (!store_server_runs(a->store)) {
		output_line(a->out,
		    "%s; no server is running: it takes effect when one starts",
		    done);
		return ADMIN_DONE;
	}
	if (!change_applied(a, seq))
		return admin_fail(
		    "%s, but the server did not confirm that within 1 second: "
		    "see et-admin status and et-admin event tail",
		    done);
	if (ended < 0)
		output_line(a->out, "%s", done);
	else if (ended == 0)
		output_line(a->out, "%s; no session was open", done);
	else
		output_line(a->out, "%s; %d session%s ended", done, ended,
		    ended == 1 ? "" : "s");
	return ADMIN_DONE;
}

struct sessions {
	int64_t device;
	const uint8_t *digest;
	int n;
};

static int
count_session(void *arg, const struct session *s)
{
	struct sessions *want = arg;

	if (s->device == want->device &&
	    (want->digest == NULL ||
		memcmp(s->digest, want->digest, KEY_DIGEST) == 0))
		want->n++;
	return 0;
}

int
change_sessions(struct admin *a, int64_t device, const uint8_t *digest)
{
	struct sessions want = {.device = device, .digest = digest};

	store_session_each(a->store, count_session, &want);
	return want.n;
}
