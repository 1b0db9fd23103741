#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin.h"
#include "alert.h"
#include "change.h"
#include "when.h"

#define SECOND INT64_C(1000000)

static const struct column list_columns[] = {{"opened", "OPENED"},
    {"kind", "KIND"}, {"subject", "SUBJECT"}, {"severity", "SEVERITY"},
    {"state", "STATE"}, {"for", "FOR"}, {"since", NULL}, {"closed", NULL},
    {"told", NULL}, {"count", NULL}, {"devices", NULL}, {"missing", NULL},
    {"alert", NULL}, {"summary", "SUMMARY"}};

static const struct column rule_columns[] = {{"rule", "RULE"},
    {"target", "WHAT"}, {"tag", "TAG"}, {"hold", "FOR"}, {"until", "UNTIL"},
    {"who", "BY"}, {"number", NULL}};

/* --- what is there ---------------------------------------------------------- */

static int
list_one(void *arg, const struct alert_record *r)
{
	const struct admin *a = arg;
	int64_t until = r->closed != 0 ? r->closed : when_now();
	const char *state = r->closed != 0 ? "closed" : "open";

	if (r->closed == 0 && r->told == ALERT_UNTOLD)
		state = "untold";
	output_time(a->out, r->opened);
	output_text(a->out, alert_kind_name(r->kind));
	output_text(a->out, r->subject);
	output_text(a->out, alert_critical(r->kind) ? "critical" : "warning");
	output_text(a->out, state);
	output_span(a->out, (until - r->since) / SECOND);
	output_time(a->out, r->since);
	output_time(a->out, r->closed);
	output_bool(a->out, r->told != ALERT_UNTOLD);
	output_number(a->out, r->count);
	output_words(a->out, r->devices);
	output_words(a->out, r->missing);
	output_text(a->out, r->id);
	output_text(a->out, r->summary);
	return 0;
}

static enum admin_exit
run_list(struct admin *a, const struct args *args)
{
	output_table(a->out, list_columns,
	    sizeof(list_columns) / sizeof(list_columns[0]));
	output_order(a->out, "severity opened state summary:30");
	return admin_result(a, store_alert_each(a->store,
				   args->value[ARG_ALL] != NULL, list_one, a));
}

static int
rule_mute(void *arg, const struct alert_mute *m)
{
	const struct admin *a = arg;

	if (m->until <= when_now())
		return 0;
	output_text(a->out, "mute");
	output_text(a->out, m->target);
	output_text(a->out, "");
	output_span(a->out, 0);
	output_time(a->out, m->until);
	output_text(a->out, m->who);
	output_number(a->out, m->id);
	return 0;
}

static int
rule_bound(void *arg, const struct alert_bound *b)
{
	const struct admin *a = arg;
	char text[64];

	alert_bound_text(b, text, sizeof(text));
	output_text(a->out, "bound");
	output_text(a->out, text);
	output_text(a->out, b->tag);
	output_span(a->out, b->hold);
	output_text(a->out, "");
	output_text(a->out, "");
	output_number(a->out, b->id);
	return 0;
}

static enum admin_exit
run_rules(struct admin *a, const struct args *args)
{
	enum store_result r;

	(void)args;
	output_table(a->out, rule_columns,
	    sizeof(rule_columns) / sizeof(rule_columns[0]));
	r = store_mute_each(a->store, rule_mute, a);
	if (r == STORE_OK)
		r = store_bound_each(a->store, rule_bound, a);
	return admin_result(a, r);
}

/* --- mutes -------------------------------------------------------------------- */

/* Fills in target and device.  ADMIN_FAILED has been said. */
static enum admin_exit
mute_target(struct admin *a, const char *word, struct alert_mute *m)
{
	struct device d;

	if (alert_target(word) != ALERT_TARGET_NONE) {
		snprintf(m->target, sizeof(m->target), "%s", word);
		return ADMIN_DONE;
	}
	if (strncmp(word, "tag:", 4) == 0)
		return admin_fail("tag \"%s\" is not allowed", word + 4);
	if (strncmp(word, "addr:", 5) == 0)
		return admin_fail("%s is not an address", word + 5);
	if (store_device_named(a->store, word, &d) == STORE_NONE)
		return admin_fail("no such device, and no kind of alert: %s; "
				  "see et-admin alert mute --help",
		    word);
	if (admin_device(a, word, &d) != ADMIN_DONE)
		return ADMIN_FAILED;
	m->device = d.id;
	snprintf(m->target, sizeof(m->target), "%s", d.name);
	return ADMIN_DONE;
}

static enum admin_exit
run_mute(struct admin *a, const struct args *args)
{
	uint32_t seconds = forward_parse_ttl(args->word[1]);
	struct alert_mute m = {.id = 0};
	char done[ALERT_SUBJECT + 64], until[WHEN_TEXT];
	int64_t seq;

	if (seconds == 0)
		return admin_usage("%s is not a time such as 90, 15m, 2h or 7d",
		    args->word[1]);
	if (mute_target(a, args->word[0], &m) != ADMIN_DONE)
		return ADMIN_FAILED;
	m.until = when_now() + seconds * SECOND;
	snprintf(
	    m.who, sizeof(m.who), "%s", a->who != NULL ? a->who : a->login);
	if (change_begin(a) != ADMIN_DONE ||
	    change_commit(a, store_mute_put(a->store, &m, when_now()), &seq,
		"alert mute %s %s", m.target, args->word[1]) != ADMIN_DONE)
		return ADMIN_FAILED;
	snprintf(done, sizeof(done), "%s is muted until %s", m.target,
	    when_seconds(m.until, until));
	return change_settle(a, seq, -1, done);
}

static enum admin_exit
run_unmute(struct admin *a, const struct args *args)
{
	struct alert_mute m = {.id = 0};
	char done[ALERT_SUBJECT + 32];
	enum store_result r;
	int64_t seq;

	if (mute_target(a, args->word[0], &m) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (change_begin(a) != ADMIN_DONE)
		return ADMIN_FAILED;
	if ((r = store_mute_remove(a->store, m.target)) == STORE_NONE) {
		store_rollback(a->store);
		return admin_fail(
		    "%s is not muted; see et-admin alert rules", m.target);
	}
	if (change_commit(a, r, &seq, "alert unmute %s", m.target) !=
	    ADMIN_DONE)
		return ADMIN_FAILED;
	snprintf(done, sizeof(done), "%s is muted no more", m.target);
	return change_settle(a, seq, -1, done);
}

/* --- bounds ------------------------------------------------------------------- */

static enum admin_exit
bound_describe(const struct args *args, struct alert_bound *b)
{
	const char *hold = args->value[ARG_FOR];

	if (!alert_bound_parse(args->word[0], b))
		return admin_usage("%s is not a bound such as mem<5%%, "
				   "load>4 or temp>=80",
		    args->word[0]);
	if (args->tags > 1)
		return admin_usage("a bound is for one --tag, or for all");
	if (args->tags == 1 && !device_name_valid(args->tag[0]))
		return admin_fail("tag \"%s\" is not allowed", args->tag[0]);
	if (args->tags == 1)
		snprintf(b->tag, sizeof(b->tag), "%s", args->tag[0]);
	if (hold != NULL && (b->hold = forward_parse_ttl(hold)) == 0)
		return admin_usage(
		    "%s is not a time such as 90, 15m, 2h or 7d", hold);
	return ADMIN_DONE;
}

/* "mem<5% --tag site-a", as add takes it. */
static void
bound_back(const struct alert_bound *b, char *text, size_t size)
{
	char bound[64];

	alert_bound_text(b, bound, sizeof(bound));
	snprintf(text, size, "%s%s%s", bound,
	    b->tag[0] != '\0' ? " --tag " : "", b->tag);
}

static enum admin_exit
run_add(struct admin *a, const struct args *args)
{
	char text[DEVICE_NAME + 80], done[DEVICE_NAME + 96];
	struct alert_bound b;
	enum admin_exit result;
	int64_t seq;

	if ((result = bound_describe(args, &b)) != ADMIN_DONE)
		return result;
	bound_back(&b, text, sizeof(text));
	if (change_begin(a) != ADMIN_DONE ||
	    change_commit(a, store_bound_add(a->store, &b), &seq,
		"alert add %s", text) != ADMIN_DONE)
		return ADMIN_FAILED;
	snprintf(done, sizeof(done), "bound %s added", text);
	return change_settle(a, seq, -1, done);
}

static int
find_same(void *arg, const struct alert_bound *b)
{
	struct alert_bound *want = arg;
	char one[64], two[64];

	alert_bound_text(b, one, sizeof(one));
	alert_bound_text(want, two, sizeof(two));
	if (strcmp(one, two) == 0 && strcmp(b->tag, want->tag) == 0)
		want->id = b->id;
	return 0;
}

static enum admin_exit
run_remove(struct admin *a, const struct args *args)
{
	char text[DEVICE_NAME + 80], done[DEVICE_NAME + 96];
	struct alert_bound b;
	enum admin_exit result;
	int64_t seq;

	if ((result = bound_describe(args, &b)) != ADMIN_DONE)
		return result;
	bound_back(&b, text, sizeof(text));
	if (admin_result(a, store_bound_each(a->store, find_same, &b)) !=
	    ADMIN_DONE)
		return ADMIN_FAILED;
	if (b.id == 0)
		return admin_fail("no such bound; see et-admin alert rules");
	if (change_begin(a) != ADMIN_DONE ||
	    change_commit(a, store_bound_remove(a->store, b.id), &seq,
		"alert remove %s", text) != ADMIN_DONE)
		return ADMIN_FAILED;
	snprintf(done, sizeof(done), "bound %s removed", text);
	return change_settle(a, seq, -1, done);
}

/* --- test ----------------------------------------------------------------------- */

static enum admin_exit
run_test(struct admin *a, const struct args *args)
{
	int64_t seq;

	(void)args;
	if (!store_server_runs(a->store))
		return admin_fail("no server is running on this store: alerts "
				  "are its own");
	if (change_begin(a) != ADMIN_DONE ||
	    change_commit(a, store_alert_test(a->store), &seq, "alert test") !=
		ADMIN_DONE)
		return ADMIN_FAILED;
	return change_settle(
	    a, seq, -1, "an alert of the kind test was opened and closed");
}

static const struct verb verbs[] = {
    {"list", "[--all] [-o A,B]",
	"List the alerts that are open, or all that are kept.",
	"An alert that is open and \"untold\" is muted, or waits for the end "
	"of "
	"the quiet\n"
	"hours.",
	0, 0, ARG_BIT(ARG_ALL) | ARG_BIT(ARG_COLUMNS),
	VERB_STORE | VERB_BY(OPERATOR_VIEWER), run_list},
    {"rules", "[-o A,B]", "List mutes, and bounds of health fields.", NULL, 0,
	0, ARG_BIT(ARG_COLUMNS), VERB_STORE | VERB_BY(OPERATOR_ADMIN),
	run_rules},
    {"mute", "TARGET TIME", "Record alerts for a while, and tell none.",
	"TARGET is a device, tag:T, addr:A, a kind (device.gone, health, ...) "
	"or all;\n"
	"TIME is as in 90, 15m, 2h or 7d.  An alert that is still open at its "
	"end is told\n"
	"then.",
	2, 2, 0, VERB_STORE | VERB_BY(OPERATOR_ADMIN), run_mute},
    {"unmute", "TARGET", "End a mute now.", NULL, 1, 1, 0,
	VERB_STORE | VERB_BY(OPERATOR_ADMIN), run_unmute},
    {"add", "BOUND [--tag T] [--for TIME]",
	"Alert devices whose health is beyond a bound.",
	"BOUND is a health field's key, one of < <= > >=, and a number: "
	"load>4, temp>=80.\n"
	"With % it is of the field whose key has a t more: mem<5% is of memt.",
	1, 1, ARG_BIT(ARG_TAG) | ARG_BIT(ARG_FOR),
	VERB_STORE | VERB_BY(OPERATOR_ADMIN), run_add},
    {"remove", "BOUND [--tag T]", "Remove a bound; its alerts close.", NULL, 1,
	1, ARG_BIT(ARG_TAG), VERB_STORE | VERB_BY(OPERATOR_ADMIN), run_remove},
    {"test", "", "Open and close an alert of the kind test.",
	"It takes every way that alerts take.", 0, 0, 0,
	VERB_STORE | VERB_BY(OPERATOR_ADMIN), run_test},
    {.run = NULL},
};

const struct noun noun_alert = {
    "alert", "list and mute alerts, and bounds of health fields", verbs};
