/*
 * et-admin forward open.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apart.h"
#include "await.h"
#include "census.h"
#include "change.h"
#include "forward_open.h"
#include "show.h"
#include "when.h"

#define SECOND INT64_C(1000000)

/* Fill in f and the timeout from the words and options. */
static enum admin_exit
forward_describe(const struct admin *a, struct forward *f, uint32_t *timeout,
    const struct args *args)
{
	const char *ttl = args->value[ARG_TTL], *time;

	time = args->value[ARG_TIMEOUT];
	if (forward_parse(args->word[1], &f->dport, &f->sport) == -1)
		return admin_usage("%s: not DPORT:SPORT, two ports from 1 to "
				   "65535, such as 22:9876",
		    args->word[1]);
	f->ttl = ttl == NULL ? FORWARD_TTL : forward_parse_ttl(ttl);
	if (f->ttl == 0 || f->ttl > FORWARD_TTL_MAX)
		return admin_usage("--ttl %s: not a time from 1s to 365d, such "
				   "as 90, 15m, 1h or 7d",
		    ttl);
	*timeout = time == NULL ? 0 : forward_parse_ttl(time);
	if (time != NULL && *timeout == 0)
		return admin_usage(
		    "--timeout %s: not a time, such as 90, 15m or 1h", time);
	if (ttl == NULL && a->desk != NULL)
		f->ttl = 0; /* where it is asked for they know what is usual */
	f->state = FORWARD_QUEUED;
	f->oper = a->oper;
	if (a->who != NULL)
		snprintf(f->owner, sizeof(f->owner), "%s", a->who);
	return ADMIN_DONE;
}

static void
forward_stamp(struct forward *f)
{
	f->created = f->state_at = when_now();
	f->expires = f->created + f->ttl * SECOND;
}

/*
 * The server that binds the port, of several.  Operators' forwards are bound
 * where they are asked for, which the keeper there fills in.
 */
static enum admin_exit
forward_choose_node(struct admin *a, struct forward *f, const struct args *args)
{
	const char *name = args->value[ARG_NODE];
	enum store_result r;
	struct node n;

	if (name == NULL && !store_shared(a->store))
		return ADMIN_DONE;
	if (name != NULL && a->desk != NULL)
		return admin_fail("--node: your forwards are bound by the "
				  "server that you are connected to");
	snprintf(f->node, sizeof(f->node), "%s", name != NULL ? name : a->node);
	r = census_find(a->store, f->node, &n);
	if (r == STORE_NONE && name != NULL)
		return admin_fail(
		    "no such node: %s; see et-admin node list", name);
	if (r == STORE_NONE && a->desk == NULL)
		return admin_fail(
		    "this machine's server, %s, is not on the store: say with "
		    "--node which one binds the port; see et-admin node list",
		    f->node);
	if (r == STORE_OK && !store_node_lives(a->store, &n))
		admin_note("node %s is dead: the port is bound when it starts",
		    n.name);
	return r == STORE_NONE ? ADMIN_DONE : admin_result(a, r);
}

/* Without --wait: what was asked for, and when to look. */
static void
forward_say_queued(
    struct admin *a, const struct device *d, const struct forward *f)
{
	char due[SHOW_EXPECTED], ttl[WHEN_TEXT];
	bool away = f->node[0] != '\0' && strcmp(f->node, a->node) != 0;

	if (output_json(a->out)) {
		show_table(a->out, SHOW_FORWARD);
		show_forward(a->out, f);
		return;
	}
	output_line(a->out,
	    "queued for %s: its port %u to port %u %s%s, for "
	    "%s",
	    d->name, f->dport, f->sport, away ? "of node " : "here",
	    away ? f->node : "", when_span(f->ttl, ttl));
	if (!d->enabled)
		output_line(a->out,
		    "the device is disabled: run et-admin device enable %s",
		    d->name);
	else if (d->connected)
		output_line(a->out, "the device is connected");
	else if (d->last_seen == 0)
		output_line(a->out, "the device has never been seen");
	else
		output_line(
		    a->out, "its next poll is %s", show_expected(d, due));
	if (!store_server_runs(a->store))
		output_line(a->out,
		    "no server is running on this store: start et-sshd");
	output_line(
	    a->out, "to see its state: et-admin forward list %s", d->name);
}

/* Become ssh; the forward's port is on this machine. */
static enum admin_exit
forward_run_ssh(const struct args *args, const char *address, uint32_t sport)
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
	return admin_fail(
	    "cannot run ssh: %s; the port is open, use another client",
	    strerror(errno));
}

static int
forward_find_same(void *arg, const struct forward *f)
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
forward_ask(struct admin *a, struct forward *f)
{
	int64_t seq;

	if (a->desk != NULL)
		return a->desk->open(f);
	if (change_begin(a) != ADMIN_DONE)
		return ADMIN_FAILED;
	return change_commit(a, store_forward_add(a->store, f), &seq,
	    "forward open %s %u:%u ttl %u%s%s", f->name, f->dport, f->sport,
	    f->ttl, f->node[0] != '\0' ? " node " : "", f->node);
}

/*
 * The child, for which this is true, asks for the forward as the store's owner
 * and waits for it; then the caller, still the user who called, becomes ssh.
 */
static bool
forward_open_apart(enum admin_exit *result)
{
	struct apart child;
	pid_t pid = apart_fork(&child);

	if (pid == -1)
		*result =
		    admin_fail("cannot start a process: %s", strerror(errno));
	else if (pid != 0)
		*result = (enum admin_exit)apart_wait(&child);
	return pid == 0;
}

enum admin_exit
forward_open(struct admin *a, const struct args *args)
{
	bool wait = args->value[ARG_WAIT] != NULL || args->ssh != NULL;
	enum admin_exit result;
	struct forward f = {.id = 0};
	struct device d;
	uint32_t timeout = 0;

	if ((result = forward_describe(a, &f, &timeout, args)) != ADMIN_DONE)
		return result;
	if (args->ssh != NULL && args->value[ARG_NODE] != NULL &&
	    strcmp(args->value[ARG_NODE], a->node) != 0)
		return admin_usage("--ssh connects to a port of this machine, "
				   "which is not node %s's",
		    args->value[ARG_NODE]);
	if (args->ssh != NULL && !forward_open_apart(&result))
		return result != ADMIN_DONE
			   ? result
			   : forward_run_ssh(
				 args, a->conf->forward_address, f.sport);
	if (admin_enter(a, 0) != ADMIN_DONE ||
	    admin_device(a, args->word[0], &d) != ADMIN_DONE)
		return ADMIN_FAILED;
	forward_stamp(&f);
	if (forward_choose_node(a, &f, args) != ADMIN_DONE)
		return ADMIN_FAILED;
	f.device = d.id;
	snprintf(f.name, sizeof(f.name), "%s", d.name);
	/* After Ctrl-C the same command waits on. */
	if (wait)
		store_forward_each(a->store, false, forward_find_same, &f);
	if (f.id != 0)
		admin_note("this forward is requested already: waiting for it");
	else if (forward_ask(a, &f) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (!wait) {
		forward_say_queued(a, &d, &f);
		return ADMIN_DONE;
	}
	return await_forward(a, &d, &f, timeout);
}
