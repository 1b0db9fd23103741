/*
 * The wait until the servers have acted on a change.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "change.h"
#include "node_state.h"
#include "watch.h"
#include "when.h"

#define SETTLE_TEXT 640

/* What the nodes have come to, of those alive; or of one. */
struct settle {
	struct admin *admin;
	const char *only; /* this node alone, or NULL */
	int64_t seq;
	unsigned int alive, done;
	char behind[SETTLE_TEXT]; /* those that did not, and when they refuse */
};

static void
settle_add(struct settle *s, const struct node *node)
{
	int64_t refuses = node_refuses(node);
	size_t n = strlen(s->behind);
	char at[WHEN_TEXT];

	if (n > SETTLE_TEXT - 2 * DEVICE_NAME - WHEN_TEXT) {
		snprintf(s->behind + n, SETTLE_TEXT - n, ", ...");
		return;
	}
	n += (size_t)snprintf(s->behind + n, SETTLE_TEXT - n, "%s%s",
	    n > 0 ? ", " : "", node->name);
	if (refuses != 0)
		snprintf(s->behind + n, SETTLE_TEXT - n,
		    " (refuses logins by itself from %s)",
		    when_local(refuses, at));
}

static int
settle_look(void *arg, const struct node *node)
{
	struct settle *s = arg;

	if (!store_node_lives(s->admin->store, node))
		return 0; /* it died and left its row */
	if (s->only != NULL && strcmp(s->only, node->name) != 0)
		return 0;
	s->alive++;
	if (node->applied >= s->seq)
		s->done++;
	else
		settle_add(s, node);
	return 0;
}

static bool
settle_done(struct settle *s)
{
	s->alive = s->done = 0;
	s->behind[0] = '\0';
	return store_node_look(s->admin->store, settle_look, s) == STORE_OK &&
	       s->alive > 0 && s->done == s->alive;
}

static bool
settle_wait(struct settle *s)
{
	int64_t left, end = when_now() + CHANGE_WAIT * 1000;
	struct watch *watch;
	bool done;

	if ((watch = watch_new(s->admin->store)) == NULL)
		return settle_done(s);
	while (
	    !(done = settle_done(s)) && (left = (end - when_now()) / 1000) > 0)
		if (watch_next(watch, (int)left) == WATCH_INTERRUPT)
			break;
	watch_free(watch);
	return done;
}

bool
change_applied(struct admin *a, int64_t seq, const char *node)
{
	struct settle s = {.admin = a, .seq = seq, .only = node};

	return settle_wait(&s);
}

/* A node that is dead may be cut off, and serve what it last knew. */
static int
settle_note_dead(void *arg, const struct node *node)
{
	const struct settle *s = arg;
	int64_t refuses = node_refuses(node);
	char ago[WHEN_TEXT], at[WHEN_TEXT];

	if (!store_node_lives(s->admin->store, node) && refuses > when_now())
		admin_note(
		    "node %s gave its last sign of life %s: if it is cut off "
		    "from the store, it refuses logins by itself from %s",
		    node->name, when_ago(node->alive, when_now(), ago),
		    when_local(refuses, at));
	return 0;
}

static enum admin_exit
settle_fail(const struct settle *s, const char *done)
{
	if (s->alive < 2)
		return admin_fail(
		    "%s, but the server did not confirm that within 1 second: "
		    "see et-admin status and et-admin event tail",
		    done);
	return admin_fail("%s, but %u of %u nodes did not confirm that within "
			  "1 second: %s; see et-admin node list",
	    done, s->alive - s->done, s->alive, s->behind);
}

enum admin_exit
change_settle(struct admin *a, int64_t seq, int ended, const char *done)
{
	struct settle s = {.admin = a, .seq = seq};

	if (!store_server_runs(a->store)) {
		output_line(a->out,
		    "%s; no server is running: it takes effect when one starts",
		    done);
		return ADMIN_DONE;
	}
	if (!settle_wait(&s))
		return settle_fail(&s, done);
	if (store_shared(a->store))
		store_node_look(a->store, settle_note_dead, &s);
	if (ended < 0)
		output_line(a->out, "%s", done);
	else if (ended == 0)
		output_line(a->out, "%s; no session was open", done);
	else
		output_line(a->out, "%s; %d session%s ended", done, ended,
		    ended == 1 ? "" : "s");
	return ADMIN_DONE;
}
