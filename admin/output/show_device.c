/*
 * A device's row, and what is said of its polls.
 */
#include "config.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "fleet.h"
#include "show.h"

enum device_state
show_state(const struct device *d)
{
	return fleet_state(d, when_now());
}

bool
show_twice(const struct device *d)
{
	return d->duplicate_key != 0 &&
	       when_now() - d->duplicate_key < DEVICE_DUPLICATE_KEY;
}

int64_t
show_due(const struct device *d)
{
	int64_t interval = d->interval ? d->interval : DEVICE_INTERVAL;

	if (d->last_seen == 0 || d->connected)
		return 0;
	return d->last_seen + interval * 1000000;
}

const char *
show_expected(const struct device *d, char out[SHOW_EXPECTED])
{
	char due[WHEN_TEXT], every[WHEN_TEXT];

	snprintf(out, SHOW_EXPECTED, "expected %s, every %s",
	    when_due(show_due(d), when_now(), due),
	    when_span(d->interval ? d->interval : DEVICE_INTERVAL, every));
	return out;
}

void
show_next(struct output *o, const struct device *d)
{
	char text[SHOW_EXPECTED], exact[WHEN_TEXT];
	int64_t due = show_due(d);

	output_both(o,
	    due != 0	   ? show_expected(d, text)
	    : d->connected ? "none: connected"
			   : "not known",
	    due == 0 ? NULL : json_string(when_micros(due, exact)));
}

void
show_seen(struct output *o, const struct device *d)
{
	char exact[WHEN_TEXT];

	if (d->connected && d->last_seen != 0)
		output_both(o, "connected",
		    json_string(when_micros(d->last_seen, exact)));
	else
		output_ago(o, d->last_seen);
}

/* Is the version, as far as its numbers go, before ours? */
static bool
show_is_old(const char *version)
{
	unsigned long theirs, ours;
	const char *own = PACKAGE_VERSION;
	char *end, *own_end;

	for (;; version = end + 1, own = own_end + 1) {
		theirs = strtoul(version, &end, 10);
		ours = strtoul(own, &own_end, 10);
		if (end == version || own_end == own || theirs != ours)
			break;
		if (*end != '.' || *own_end != '.')
			return *own_end == '.';
	}
	return end != version && own_end != own && theirs < ours;
}

static void
show_note(struct output *o, const struct device *d, const char *version)
{
	bool twice = show_twice(d), old = show_is_old(version);
	char note[HEARTBEAT_VALUE + 64];

	snprintf(note, sizeof(note), "%s%s%s%s",
	    twice ? "at two places at once" : "", twice && old ? ", " : "",
	    old ? "old client " : "", old ? version : "");
	output_text(o, note);
}

void
show_device(
    struct output *o, const struct device *d, bool served, const char *version)
{
	enum device_state at = show_state(d);
	const char *state =
	    served || at == DEVICE_NEVER ? device_state_name(at) : "unknown";

	output_text(o, d->name);
	output_text(o, d->alias);
	output_both(o, d->enabled ? state : "disabled", json_string(state));
	output_bool(o, d->enabled);
	output_bool(o, d->connected);
	show_seen(o, d);
	output_text(o, d->addr);
	output_text(o, d->client);
	output_span(o, d->interval);
	output_words(o, d->tags);
	output_time(o, d->duplicate_key);
	output_words(o, d->places);
	output_text(o, version);
	show_note(o, d, version);
}
