#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "admin.h"
#include "show.h"
#include "watch.h"

#define SHOWN 20 /* heartbeats, unless --last says */
#define LAST_MAX 100000
#define CHECK_EVERY 1000 /* ms between looks, when nothing is heard */

struct tail {
	struct admin *admin;
	int64_t device; /* 0: all */
	int64_t after; /* the last one printed */
};

static int
show_one(void *arg, const struct heartbeat *h)
{
	struct tail *t = arg;

	show_heartbeat(t->admin->out, h);
	t->after = h->seq;
	return 0;
}

/* Read [ID] and --last. */
static enum admin_exit
heartbeat_begin(struct tail *t, const struct args *args, unsigned int *n)
{
	const char *last = args->value[ARG_LAST];
	struct device d;
	char *end;
	long number;

	*n = SHOWN;
	if (last != NULL) {
		number = strtol(last, &end, 10);
		if (*last == '\0' || *end != '\0' || number < 1 ||
		    number > LAST_MAX)
			return admin_usage(
			    "-n requires a number from 1 to %d, not %s",
			    LAST_MAX, last);
		*n = (unsigned int)number;
	}
	if (args->words > 0) {
		if (admin_device(t->admin, args->word[0], &d) != ADMIN_DONE)
			return ADMIN_FAILED;
		t->device = d.id;
	}
	show_table(t->admin->out, SHOW_HEARTBEAT);
	return ADMIN_DONE;
}

static enum store_result
show_new(struct tail *t, unsigned int n)
{
	return store_heartbeat_each(
	    t->admin->store, t->device, t->after, n, show_one, t);
}

static enum admin_exit
run_show(struct admin *a, const struct args *args)
{
	struct tail t = {.admin = a};
	enum admin_exit result;
	unsigned int n;

	if ((result = heartbeat_begin(&t, args, &n)) != ADMIN_DONE)
		return result;
	return admin_result(a, show_new(&t, n));
}

static enum admin_exit
heartbeat_follow(struct tail *t, struct watch *watch)
{
	enum store_result result;

	while (watch_next(watch, CHECK_EVERY) != WATCH_INTERRUPT) {
		result = show_new(t, LAST_MAX);
		if (result != STORE_OK && result != STORE_BUSY)
			return admin_result(t->admin, result);
		output_flush(t->admin->out);
		if (output_broken(t->admin->out))
			break;
	}
	return ADMIN_DONE;
}

static enum admin_exit
run_tail(struct admin *a, const struct args *args)
{
	struct tail t = {.admin = a};
	enum admin_exit result;
	struct watch *watch;
	unsigned int n;

	if (args->value[ARG_FOLLOW] == NULL)
		return run_show(a, args);
	/* Watch before the first look, so that none is missed between. */
	if ((watch = watch_new(a->store)) == NULL)
		return admin_fail("out of memory");
	result = heartbeat_begin(&t, args, &n);
	if (result == ADMIN_DONE)
		result = admin_result(a, show_new(&t, n));
	output_flush(a->out);
	if (result == ADMIN_DONE)
		result = heartbeat_follow(&t, watch);
	watch_free(watch);
	return result;
}

static const struct verb verbs[] = {
    {"show", "ID [-n N] [-o A,B]", "Show the last heartbeats of a device.",
	NULL, 1, 1, ARG_BIT(ARG_LAST) | ARG_BIT(ARG_COLUMNS),
	VERB_STORE | VERB_BY(OPERATOR_VIEWER), run_show},
    {"tail", "[-f] [-n N] [-o A,B] [ID]",
	"Show the last heartbeats of one device or of all.",
	"-f goes on with new ones until Ctrl-C.", 0, 1,
	ARG_BIT(ARG_LAST) | ARG_BIT(ARG_FOLLOW) | ARG_BIT(ARG_COLUMNS),
	VERB_STORE | VERB_BY(OPERATOR_VIEWER), run_tail},
    {.run = NULL},
};

const struct noun noun_heartbeat = {
    "heartbeat", "show the records of devices' polls", verbs};
