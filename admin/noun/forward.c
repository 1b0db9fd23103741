#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "admin.h"
#include "census.h"
#include "change.h"
#include "forward_open.h"
#include "show.h"

struct list {
	struct admin *admin;
	int64_t device; /* 0: all */
	uint32_t sport; /* 0: all */
	bool all; /* those that have ended, too */
	int64_t *id; /* those that fit, for close */
	size_t n;
	bool failed;
};

static int
forward_list_one(void *arg, const struct forward *f)
{
	struct list *l = arg;

	if ((l->device == 0 || f->device == l->device) &&
	    (l->all || !forward_ended(f->state)))
		show_forward(l->admin->out, f);
	return 0;
}

static int
forward_list_standing(void *arg, const struct session *s)
{
	return show_standing(s, forward_list_one, arg);
}

static enum admin_exit
run_list(struct admin *a, const struct args *args)
{
	struct list l = {.admin = a};
	enum store_result result;
	struct device d;

	if (args->words > 0) {
		if (admin_device(a, args->word[0], &d) != ADMIN_DONE)
			return ADMIN_FAILED;
		l.device = d.id;
	}
	l.all = args->value[ARG_ALL] != NULL;
	output_nodes(a->out, census_several(a->store));
	show_table(a->out, SHOW_FORWARD);
	result = store_forward_each(a->store, l.all, forward_list_one, &l);
	if (result == STORE_OK)
		result = store_virtual_each(a->store, forward_list_one, &l);
	if (result == STORE_OK)
		result =
		    store_session_each(a->store, forward_list_standing, &l);
	return admin_result(a, result);
}

static int
forward_collect(void *arg, const struct forward *f)
{
	struct list *l = arg;
	int64_t *id;

	if (f->device != l->device || f->cancelled ||
	    (l->sport != 0 && f->sport != l->sport))
		return 0;
	id = reallocarray(l->id, l->n + 1, sizeof(*id));
	if (id == NULL) {
		l->failed = true;
		return -1;
	}
	l->id = id;
	l->id[l->n++] = f->id;
	return 0;
}

static enum admin_exit
forward_close_by_desk(struct admin *a, const struct list *l, const char *done)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (a->desk->close(l->id[i]) != ADMIN_DONE)
			return ADMIN_FAILED;
	output_line(a->out, "%s", done);
	return ADMIN_DONE;
}

static enum admin_exit
forward_close_all(struct admin *a, const struct device *d, const struct list *l)
{
	char port[16] = "";
	enum store_result result = STORE_OK;
	char done[DEVICE_NAME + 64];
	int64_t seq;
	size_t i;

	snprintf(done, sizeof(done), "%zu forward%s of %s closed", l->n,
	    l->n == 1 ? "" : "s", d->name);
	if (a->desk != NULL)
		return forward_close_by_desk(a, l, done);
	if (change_begin(a) != ADMIN_DONE)
		return ADMIN_FAILED;
	for (i = 0; i < l->n && result == STORE_OK; i++)
		result = store_forward_cancel(a->store, l->id[i]);
	if (l->sport != 0)
		snprintf(port, sizeof(port), " %u", l->sport);
	if (change_commit(a, result, &seq, "forward close %s%s", d->name,
		port) != ADMIN_DONE)
		return ADMIN_FAILED;
	return change_settle(a, seq, -1, done);
}

static enum admin_exit
run_close(struct admin *a, const struct args *args)
{
	struct list l = {.admin = a};
	enum admin_exit result;
	struct device d;
	uint32_t last;

	if (args->words > 1 &&
	    (permit_parse_ports(args->word[1], &l.sport, &last) == -1 ||
		last != l.sport))
		return admin_usage(
		    "%s: not a server port, 1 to 65535", args->word[1]);
	if (admin_device(a, args->word[0], &d) != ADMIN_DONE)
		return ADMIN_FAILED;
	l.device = d.id;
	result = admin_result(
	    a, store_forward_each(a->store, false, forward_collect, &l));
	if (l.failed)
		result = admin_fail("out of memory");
	else if (result == ADMIN_DONE && l.n == 0)
		result = admin_fail("device %s has no such forward; see "
				    "et-admin forward list %s",
		    d.name, d.name);
	else if (result == ADMIN_DONE)
		result = forward_close_all(a, &d, &l);
	free(l.id);
	return result;
}

static const struct verb verbs[] = {
    {"open",
	"ID DPORT:SPORT [--ttl TIME] [--wait] [--timeout TIME] "
	"[--node NAME] [--ssh [ARG...]]",
	"Forward port SPORT of this server to port DPORT of a device.",
	"The device receives the request at its next poll.  --wait returns "
	"when the port\n"
	"answers; Ctrl-C leaves the forward queued.  --ssh then runs\n"
	"\"ssh -p SPORT root@localhost ARG...\".  For an operator by SSH, "
	"SPORT must be\n"
	"one of operator-ports, and the forward ends with the operator.  "
	"--node is the\n"
	"server that binds SPORT, of several on the store; the default is this "
	"one.",
	2, 2,
	ARG_BIT(ARG_TTL) | ARG_BIT(ARG_WAIT) | ARG_BIT(ARG_TIMEOUT) |
	    ARG_BIT(ARG_NODE) | ARG_BIT(ARG_SSH),
	VERB_BY(OPERATOR_OPERATOR), forward_open},
    {"list", "[--all] [-o A,B] [ID]", "List forwards that have not ended.",
	"--all includes closed, expired and cancelled forwards.  Virtual "
	"forwards bind no\n"
	"port here: they are requested by operators' jumps, or allowed by a "
	"permit.",
	0, 1, ARG_BIT(ARG_ALL) | ARG_BIT(ARG_COLUMNS),
	VERB_STORE | VERB_BY(OPERATOR_VIEWER), run_list},
    {"close", "ID [SPORT]", "Close all forwards of a device, or one.",
	"Returns when the forwards are closed.", 1, 2, 0,
	VERB_STORE | VERB_BY(OPERATOR_OPERATOR), run_close},
    {.run = NULL},
};

const struct noun noun_forward = {
    "forward", "forward ports of this server to devices", verbs};
