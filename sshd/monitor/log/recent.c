#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "clock.h"
#include "event.h"
#include "recent.h"

#define WANTED 5.0 /* s for which polls are kept after they were asked for */

struct recent {
	uint64_t last; /* seq of the newest line */
	double polls_until; /* monotonic, s */
	struct recent_line lines[RECENT_LINES]; /* by seq */
};

static const char *
recent_field(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

/* Whether it is one of the three lines of each poll. */
static bool
is_poll(const char *event, const char *device)
{
	return strcmp(event, "heartbeat") == 0 ||
	       (device != NULL && (strcmp(event, "login") == 0 ||
				      strcmp(event, "session.close") == 0));
}

static void
recent_take(void *arg, const json_t *o, const char *text, size_t len)
{
	struct recent *r = arg;
	const char *event = recent_field(o, "event");
	const char *device = recent_field(o, "device");
	struct recent_line *l;
	char *copy;

	if (event == NULL)
		return;
	if (is_poll(event, device) && clock_now() > r->polls_until)
		return;
	if ((copy = strndup(text, len)) == NULL)
		return;
	l = &r->lines[++r->last % RECENT_LINES];
	free(l->text);
	l->seq = r->last;
	l->text = copy;
	snprintf(
	    l->device, sizeof(l->device), "%s", device != NULL ? device : "");
}

struct recent *
recent_start(struct eventlog *log)
{
	struct recent *r = calloc(1, sizeof(*r));

	if (r != NULL)
		event_watch(log, recent_take, r);
	return r;
}

void
recent_free(struct recent *r)
{
	size_t i;

	if (r == NULL)
		return;
	for (i = 0; i < RECENT_LINES; i++)
		free(r->lines[i].text);
	free(r);
}

const struct recent_line *
recent_next(const struct recent *r, uint64_t seq)
{
	if (r->last >= RECENT_LINES && seq < r->last - RECENT_LINES)
		seq = r->last - RECENT_LINES;
	if (seq >= r->last)
		return NULL;
	return &r->lines[(seq + 1) % RECENT_LINES];
}

bool
recent_lost(const struct recent *r, uint64_t seq)
{
	return seq != 0 && r->last >= RECENT_LINES &&
	       seq < r->last - RECENT_LINES;
}

void
recent_want_polls(struct recent *r, double now)
{
	r->polls_until = now + WANTED;
}
