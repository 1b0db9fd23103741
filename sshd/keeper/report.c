#include "config.h"

#include <stdio.h>

#include "clock.h"
#include "report.h"
#include "send.h"

/* s: to other nodes this one is dead then (STORE_NODE_GONE). */
#define FENCED_AFTER 15.0

void
report_state(struct keeper *k, bool ok, bool fatal, const char *reason)
{
	struct msg m;

	msg_init(&m, MSG_STORE_STATE, 0);
	m.store_state.ok = ok;
	m.store_state.fatal = fatal;
	m.store_state.full = k->full;
	snprintf(
	    m.store_state.reason, sizeof(m.store_state.reason), "%s", reason);
	send_message(k, &m);
}

static void
report_change(
    struct keeper *k, bool *failing, enum store_result r, const char *again)
{
	/* Of a shared one, report_fine says when it is as good as lost. */
	if (r != STORE_OK && !*failing)
		report_state(
		    k, store_shared(k->store), false, store_error(k->store));
	else if (r == STORE_OK && *failing)
		report_state(k, true, false, again);
	*failing = r != STORE_OK;
}

void
report_read(struct keeper *k, enum store_result r)
{
	report_change(k, &k->unreadable, r, "the store answers again");
}

void
report_write(struct keeper *k, enum store_result r)
{
	char again[80];
	size_t lost;

	if (r == STORE_OK && k->unwritable && (lost = group_lost(k->group)) > 0)
		snprintf(again, sizeof(again),
		    "writes to the store succeed again; %zu heartbeats were "
		    "lost",
		    lost);
	else
		snprintf(
		    again, sizeof(again), "writes to the store succeed again");
	report_change(k, &k->unwritable, r, again);
}

bool
report_fine(struct keeper *k)
{
	double now = clock_now();

	if (!store_shared(k->store))
		return !k->unreadable;
	if (!k->unreadable && !k->unwritable) {
		k->fine = now;
		k->fenced = false;
		return true;
	}
	if (now - k->fine >= FENCED_AFTER && !k->fenced) {
		k->fenced = true;
		report_state(k, false, false,
		    "this node has lost the store: for 15 s it could not be "
		    "read and written");
	}
	return false;
}

void
report_refusal(struct keeper *k, const char *reason)
{
	report_state(k, false, true, reason);
	k->failed = true;
	ev_break(k->loop, EVBREAK_ALL);
}
