/*
 * et-admin doctor: what is wrong with a device, as far as the server can see.
 * It prints one verdict (exam.h) and what that rests on.
 */
#include "config.h"

#include <stdio.h>

#include "admin.h"
#include "doctor_server.h"
#include "exam.h"
#include "show.h"
#include "when.h"

static void
doctor_put_refusal(struct output *o, const struct refusal *r)
{
	char text[EXAM_TEXT], ago[WHEN_TEXT], at[WHEN_TEXT];

	if (r->at == 0) {
		output_both(o, "-", NULL);
		return;
	}
	snprintf(text, sizeof(text), "%s: %s, from %s",
	    when_ago(r->at, when_now(), ago), r->reason, r->addr);
	output_both(o, text,
	    json_pack("{s:s, s:s, s:s}", "at", when_micros(r->at, at), "addr",
		r->addr, "reason", r->reason));
}

static void
doctor_put_inbox(struct output *o, const struct exam *e)
{
	char text[EXAM_TEXT];

	if (e->delivered > 0)
		snprintf(text, sizeof(text),
		    "%d queued, %d delivered and not open yet (port %u)",
		    e->queued, e->delivered, e->told.dport);
	else
		snprintf(text, sizeof(text), "%d queued", e->queued);
	output_both(o, text,
	    json_pack(
		"{s:i, s:i}", "queued", e->queued, "delivered", e->delivered));
}

static void
doctor_put_listener(struct output *o, const struct exam *e)
{
	char text[EXAM_TEXT];

	snprintf(
	    text, sizeof(text), "%d open, %d held ready", e->open, e->standing);
	output_both(o, text,
	    json_pack("{s:i, s:i}", "open", e->open, "standing", e->standing));
}

static void
doctor_put_last_ended(struct output *o, const struct forward *f)
{
	char text[EXAM_TEXT], ago[WHEN_TEXT];

	if (f->dport == 0) {
		output_both(o, "-", NULL);
		return;
	}
	snprintf(text, sizeof(text), "port %u, %s: %s", f->dport,
	    when_ago(f->state_at, when_now(), ago), f->reason);
	output_both(o, text,
	    json_pack(
		"{s:i, s:s}", "dport", (int)f->dport, "reason", f->reason));
}

static void
doctor_print(struct output *o, const struct exam *e)
{
	static const struct column columns[] = {{"device", "Device"},
	    {"verdict", "Verdict"}, {"well", "Well"},
	    {"refused", "Last refused login"},
	    {"refused_name", "Last refusal by its name"},
	    {"enabled", "Enabled"}, {"keys", "Keys"}, {"tags", "Tags"},
	    {"reach", "Reachable by"}, {"inbox", "Inbox"},
	    {"listener", "Ports"}, {"last_jump", "Last failed jump"},
	    {"state", "State"}, {"last_seen", "Last seen"}, {"addr", "Address"},
	    {"due", "Next poll"}};
	const struct device *d = &e->device;

	output_record(o, columns, sizeof(columns) / sizeof(columns[0]));
	output_text(o, d->name);
	output_text(o, e->verdict);
	output_bool(o, e->well);
	doctor_put_refusal(o, &e->own);
	doctor_put_refusal(o, &e->other);
	output_bool(o, d->enabled);
	output_number(o, e->keys);
	output_words(o, d->tags);
	output_words(o, e->reach);
	doctor_put_inbox(o, e);
	doctor_put_listener(o, e);
	doctor_put_last_ended(o, &e->last_ended);
	output_text(o, device_state_name(e->state));
	show_seen(o, d);
	output_text(o, d->addr);
	show_next(o, d);
	output_end(o);
}

static enum admin_exit
run_doctor(struct admin *a, const struct args *args)
{
	struct exam e = {.admin = a};
	enum store_result result;

	if (args->words == 0)
		return doctor_server(a);
	if (admin_device(a, args->word[0], &e.device) != ADMIN_DONE)
		return ADMIN_FAILED;
	if ((result = exam_look(&e)) != STORE_OK)
		return admin_result(a, result);
	exam_judge(&e);
	doctor_print(a->out, &e);
	return e.well ? ADMIN_DONE : ADMIN_FAILED;
}

static const struct verb verbs[] = {
    {NULL, "[ID]",
	"Diagnose a device: what is wrong, the evidence, and what to do.",
	"Without an ID, diagnose the server: names that could mean two "
	"devices,\n"
	"whether key exchange is post-quantum, and whether several nodes fit "
	"together.\n"
	"Exit status: 0 when no problem is found, 1 when one is.",
	0, 1, 0, VERB_STORE | VERB_BY(OPERATOR_VIEWER), run_doctor},
    {.run = NULL},
};

const struct noun noun_doctor = {
    "doctor", "diagnose a device, or the server", verbs};
