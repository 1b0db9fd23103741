#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin.h"
#include "apart.h"
#include "await.h"
#include "change.h"
#include "show.h"
#include "when.h"

#define SECOND INT64_C(1000000)

/* Fill in f and the timeout from the words and options. */
static enum admin_exit
describe(const struct admin *a, struct forward *f, uint32_t *timeout,
    const struct args *args)
{
	const char *ttl = args->value[ARG_TTL], *time;

	time = args->value[ARG_TIMEOUT];
	if (forward_parse(args->word[1], &f->dport, &f->sport) == -1)
		return admin_usage("%s: say DPORT:SPORT, two ports from 1 to "
				   "65535, as 22:9876",
		    args->word[1]);
	f->ttl = ttl == NULL ? FORWARD_TTL : forward_parse_ttl(ttl);
	if (f->ttl == 0 || f->ttl > FORWARD_TTL_MAX)
		return admin_usage("--ttl %s: say a time from 1s to 365d, as "
				   "90, 15m, 1h or 7d",
		    ttl);
	*timeout = time == NULL ? 0 : forward_parse_ttl(time);
	if (time != NULL && *timeout == 0)
		return admin_usage("--timeout %s: say a time, as 90, 15m or "
				   "1h",
		    time);
	if (ttl == NULL && a->desk != NULL)
		f->ttl = 0; /* where it is asked for they know what is usual */
	f->state = FORWARD_QUEUED;
	f->oper = a->oper;
	if (a->who != NULL)
		snprintf(f->owner, sizeof(f->owner), "%s", a->who);
	f->created = f->state_at = when_now();
	f->expires = f->created + f->ttl * SECOND;
	return ADMIN_DONE;
}

/* Said when nobody waits: what was asked for, and when to look. */
static void
tell_queued(struct admin *a, const struct device *d, const struct forward *f)
{
	char due[SHOW_EXPECTED], ttl[WHEN_TEXT];

	if (output_json(a->out)) {
		show_table(a->out, SHOW_FORWARD);
		show_forward(a->out, f);
		return;
	}
	output_line(a->out,
	    "queued for %s: its port %u to port %u here, for "
	    "%s",
	    d->name, f->dport, f->sport, when_span(f->ttl, ttl));
	if (!d->enabled)
		output_line(a->out,
		    "the device is disabled: et-admin device "
		    "enable %s",
		    d->name);
	else if (d->connected)
		output_line(a->out, "the device is connected");
	else if (d->last_seen == 0)
		output_line(a->out, "the device has never been seen");
	else
		output_line(
		    a->out, "its next poll is %s", show_expected(d, due));
	if (!store_server_runs(a->store))
		output_line(
		    a->out, "no server runs on this store: start et-sshd");
	output_line(
	    a->out, "see how it goes: et-admin forward list %s", d->name);
}

/* Become ssh; the forward's port is on this machine. */
static enum admin_exit
run_ssh(const struct args *args, const char *address, uint32_t sport)
{
	char port[8], target[128];
	char **argv;
	int n = 0;

	while (args->ssh[n] != NULL)
		n++;
	if ((argv = calloc((size_t)n + 5, sizeof(*argv))) == NULL)
		return admin_fail("out of memory");
	if (strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0 ||
	    strcmp(address, "0.0.0.0") == 0 || strcmp(address, "::") == 0)
		address = "localhost";
	snprintf(port, sizeof(port), "%u", sport);
	snprintf(target, sizeof(target), "root@%s", address);
	argv[0] = "ssh";
	argv[1] = "-p";
	argv[2] = port;
	argv[3] = target;
	memcpy(argv + 4, args->ssh, (size_t)n * sizeof(*argv));
	execvp("ssh", argv);
	free(argv);
	return admin_fail("ssh cannot be run: %s; the port is open, use "
			  "another client",
	    strerror(errno));
}

static int
find_same(void *arg, const struct forward *f)
{
	struct forward *want = arg;

	if (f->device != want->device || f->dport != want->dport ||
	    f->sport != want->sport || f->cancelled)
		return 0;
	*want = *f;
	return 1;
}

/* Put it in the device's inbox. */
static enum admin_exit
ask(struct admin *a, struct forward *f)
{
	int64_t seq;

	if (a->desk != NULL)
		return a->desk->open(f);
	if (change_begin(a) != ADMIN_DONE)
		return ADMIN_FAILED;
	return change_commit(a, store_forward_add(a->store, f), &seq,
	    "forward open %s %u:%u ttl %u", f->name, f->dport, f->sport,
	    f->ttl);
}

/*
 * The child, for which this is true, asks for the forward as the store's owner
 * and waits for it; then the caller becomes ssh, as who called.
 */
static bool
open_apart(enum admin_exit *result)
{
	struct apart child;
	pid_t pid = apart_fork(&child);

	if (pid == -1)
		*result = admin_fail("no process: %s", strerror(errno));
	else if (pid != 0)
		*result = (enum admin_exit)apart_wait(&child);
	return pid == 0;
}

static enum admin_exit
run_open(struct admin *a, const struct args *args)
{
	bool wait = args->value[ARG_WAIT] != NULL || args->ssh != NULL;
	enum admin_exit result;
	struct forward f = {.id = 0};
	struct device d;
	uint32_t timeout = 0;

	if ((result = describe(a, &f, &timeout, args)) != ADMIN_DONE)
		return result;
	if (args->ssh != NULL && !open_apart(&result))
		return result != ADMIN_DONE
			   ? result
			   : run_ssh(args, a->conf->forward_address, f.sport);
	if (admin_enter(a, 0) != ADMIN_DONE ||
	    admin_device(a, args->word[0], &d) != ADMIN_DONE)
		return ADMIN_FAILED;
	f.device = d.id;
	snprintf(f.name, sizeof(f.name), "%s", d.name);
	/* One who was interrupted may come back and wait on. */
	if (wait)
		store_forward_each(a->store, false, find_same, &f);
	if (f.id != 0)
		admin_note("this has been asked for already: waiting for that");
	else if (ask(a, &f) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (!wait) {
		tell_queued(a, &d, &f);
		return ADMIN_DONE;
	}
	return await_forward(a, &d, &f, timeout);
}

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
list_one(void *arg, const struct forward *f)
{
	struct list *l = arg;

	if ((l->device == 0 || f->device == l->device) &&
	    (l->all || !forward_ended(f->state)))
		show_forward(l->admin->out, f);
	return 0;
}

static int
list_standing(void *arg, const struct session *s)
{
	return show_standing(s, list_one, arg);
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
	show_table(a->out, SHOW_FORWARD);
	result = store_forward_each(a->store, l.all, list_one, &l);
	if (result == STORE_OK)
		result = store_virtual_each(a->store, list_one, &l);
	if (result == STORE_OK)
		result = store_session_each(a->store, list_standing, &l);
	return admin_result(a, result);
}

static int
collect(void *arg, const struct forward *f)
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
close_by_desk(struct admin *a, const struct list *l, const char *done)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (a->desk->close(l->id[i]) != ADMIN_DONE)
			return ADMIN_FAILED;
	output_line(a->out, "%s", done);
	return ADMIN_DONE;
}

static enum admin_exit
close_all(struct admin *a, const struct device *d, const struct list *l)
{
	char port[16] = "";
	enum store_result result = STORE_OK;
	char done[DEVICE_NAME + 64];
	int64_t seq;
	size_t i;

	snprintf(done, sizeof(done), "%zu forward%s of %s closed", l->n,
	    l->n == 1 ? "" : "s", d->name);
	if (a->desk != NULL)
		return close_by_desk(a, l, done);
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
		    "%s: say the server port, 1 to 65535", args->word[1]);
	if (admin_device(a, args->word[0], &d) != ADMIN_DONE)
		return ADMIN_FAILED;
	l.device = d.id;
	result =
	    admin_result(a, store_forward_each(a->store, false, collect, &l));
	if (l.failed)
		result = admin_fail("out of memory");
	else if (result == ADMIN_DONE && l.n == 0)
		result = admin_fail("device %s has no such forward: et-admin "
				    "forward list %s",
		    d.name, d.name);
	else if (result == ADMIN_DONE)
		result = close_all(a, &d, &l);
	free(l.id);
	return result;
}

static const struct verb verbs[] = {
    {"open",
	"ID DPORT:SPORT [--ttl TIME] [--wait] [--timeout TIME] "
	"[--ssh [ARG...]]",
	"Ask a device for its port DPORT as port SPORT of this server.",
	"The device hears of it at its next poll.  With --wait it returns "
	"when the port\nanswers; Ctrl-C leaves the forward queued.  With "
	"--ssh it then becomes\n\"ssh -p SPORT root@localhost ARG...\".  By "
	"SSH an operator's SPORT is one\nof operator-ports, and the forward "
	"ends "
	"with the operator.",
	2, 2,
	ARG_BIT(ARG_TTL) | ARG_BIT(ARG_WAIT) | ARG_BIT(ARG_TIMEOUT) |
	    ARG_BIT(ARG_SSH),
	VERB_BY(OPERATOR_OPERATOR), run_open},
    {"list", "[--all] [-o A,B] [ID]", "List forwards that have not ended.",
	"With --all also those that have: closed, expired, cancelled.  "
	"Virtual ones\nbind no port here: operators' jumps asked for them, or "
	"a "
	"permit lets them\nstand.",
	0, 1, ARG_BIT(ARG_ALL) | ARG_BIT(ARG_COLUMNS),
	VERB_STORE | VERB_BY(OPERATOR_VIEWER), run_list},
    {"close", "ID [SPORT]", "Close a device's forwards, or one of them.",
	"It returns when they are closed.", 1, 2, 0,
	VERB_STORE | VERB_BY(OPERATOR_OPERATOR), run_close},
    {.run = NULL},
};

const struct noun noun_forward = {
    "forward", "ports of devices, reached through this server", verbs};
