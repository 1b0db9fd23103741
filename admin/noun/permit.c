#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin.h"
#include "change.h"
#include "show.h"
#include "when.h"

/* "ID" or "tag:T", and the ports; perhaps --virtual. */
static enum admin_exit
permit_describe(struct admin *a, struct permit *p, const struct args *args)
{
	const char *target = args->word[0], *ports = args->word[1];
	struct device d;

	p->virtual = args->value[ARG_VIRTUAL] != NULL;
	if (permit_parse_ports(ports, &p->first, &p->last) == -1)
		return admin_usage(
		    "%s: not a port or PORT-PORT, 1 to 65535", ports);
	if (strncmp(target, "tag:", 4) == 0) {
		if (!device_name_valid(target + 4))
			return admin_fail(
			    "tag \"%s\" is not allowed", target + 4);
		snprintf(p->tag, sizeof(p->tag), "%s", target + 4);
		return ADMIN_DONE;
	}
	if (admin_device(a, target, &d) != ADMIN_DONE)
		return ADMIN_FAILED;
	p->device = d.id;
	snprintf(p->name, sizeof(p->name), "%s", d.name);
	return ADMIN_DONE;
}

/* "tag:T 9000-9100" or "ID 22 --virtual", as add takes it. */
static void
describe_back(const struct permit *p, char *text, size_t size)
{
	char ports[24] = "";

	if (p->last != p->first)
		snprintf(ports, sizeof(ports), "-%u", p->last);
	snprintf(text, size, "%s%s %u%s%s", p->device == 0 ? "tag:" : "",
	    p->device == 0 ? p->tag : p->name, p->first, ports,
	    p->virtual ? " --virtual" : "");
}

static enum admin_exit
run_add(struct admin *a, const struct args *args)
{
	struct permit p = {.id = 0};
	char text[DEVICE_NAME + 48];
	enum admin_exit result;
	int64_t seq;

	if ((result = permit_describe(a, &p, args)) != ADMIN_DONE)
		return result;
	p.created = when_now();
	describe_back(&p, text, sizeof(text));
	if (change_begin(a) != ADMIN_DONE ||
	    change_commit(a, store_permit_add(a->store, &p), &seq,
		"permit add %s", text) != ADMIN_DONE)
		return ADMIN_FAILED;
	output_line(a->out, "permit %s added", text);
	return ADMIN_DONE;
}

static int
list_one(void *arg, const struct permit *p)
{
	show_permit(arg, p);
	return 0;
}

static enum admin_exit
run_list(struct admin *a, const struct args *args)
{
	(void)args;
	show_table(a->out, SHOW_PERMIT);
	return admin_result(a, store_permit_each(a->store, list_one, a->out));
}

static int
find_same(void *arg, const struct permit *p)
{
	struct permit *want = arg;

	if (p->device == want->device && strcmp(p->tag, want->tag) == 0 &&
	    p->first == want->first && p->last == want->last &&
	    p->virtual == want->virtual)
		want->id = p->id;
	return 0;
}

/* The permit meant: by its number, or as it was added. */
static enum admin_exit
permit_find(struct admin *a, struct permit *p, const struct args *args)
{
	enum store_result result;
	enum admin_exit described;
	char *end;

	if (args->words == 1) {
		p->id = strtoll(args->word[0], &end, 10);
		if (*end != '\0' || p->id <= 0)
			return admin_usage(
			    "missing permit: give its number (see et-admin "
			    "permit list), or ID|tag:T PORT[-PORT]");
	} else {
		if ((described = permit_describe(a, p, args)) != ADMIN_DONE)
			return described;
		result = store_permit_each(a->store, find_same, p);
		if (admin_result(a, result) != ADMIN_DONE)
			return ADMIN_FAILED;
	}
	result = p->id == 0 ? STORE_NONE : store_permit_get(a->store, p->id, p);
	if (result == STORE_NONE)
		return admin_fail("no such permit; see et-admin permit list");
	return admin_result(a, result);
}

static enum admin_exit
run_remove(struct admin *a, const struct args *args)
{
	char text[DEVICE_NAME + 48], done[DEVICE_NAME + 64];
	struct permit p = {.id = 0};
	enum admin_exit result;
	int64_t seq;

	if ((result = permit_find(a, &p, args)) != ADMIN_DONE)
		return result;
	describe_back(&p, text, sizeof(text));
	if (change_begin(a) != ADMIN_DONE ||
	    change_commit(a, store_permit_remove(a->store, p.id), &seq,
		"permit remove %s", text) != ADMIN_DONE)
		return ADMIN_FAILED;
	snprintf(done, sizeof(done), "permit %s removed", text);
	return change_settle(a, seq, -1, done);
}

static const struct verb verbs[] = {
    {"add", "ID|tag:T PORT[-PORT] [--virtual]",
	"Permit a device, or all with a tag, to hold server ports at any time.",
	"For always-on tunnels: the device opens the forward when it likes.  "
	"--virtual\n"
	"permits ports of the device itself: no port is bound here, operators' "
	"jumps use\n"
	"the tunnel without waiting, and devices may share the same numbers.",
	2, 2, ARG_BIT(ARG_VIRTUAL),
	VERB_STORE | VERB_CREATE | VERB_BY(OPERATOR_ADMIN), run_add},
    {"list", "[-o A,B]", "List permits.", NULL, 0, 0, ARG_BIT(ARG_COLUMNS),
	VERB_STORE | VERB_BY(OPERATOR_VIEWER), run_list},
    {"remove", "NUMBER | ID|tag:T PORT[-PORT] [--virtual]",
	"Remove a permit and close the forwards that it allowed.",
	"Returns when the forwards are closed.", 1, 2, ARG_BIT(ARG_VIRTUAL),
	VERB_STORE | VERB_BY(OPERATOR_ADMIN), run_remove},
    {.run = NULL},
};

const struct noun noun_permit = {
    "permit", "manage permits for always-on tunnels", verbs};
