/*
 * The fields of one event, each by its type: an event is a JSON object, and
 * has its fields in the order in which they were given to it.  event_begin
 * (event.h) makes one, event_end writes it.
 *
 * Text and objects that are NULL are left out.  A field that cannot be added,
 * for want of memory or because its text is not UTF-8, loses the whole event,
 * which event_end counts as dropped.
 */
#ifndef EVENT_FIELD_H
#define EVENT_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

struct eventlog;

/* An event being made; event_end must follow, once. */
struct event {
	struct eventlog *log;
	json_t *fields; /* NULL: lost */
};

/* An event of now with its "ts", "event" and "node". */
struct event event_head(
    struct eventlog *, const char *name, const char *node);

void event_int(struct event *, const char *key, int64_t);
void event_bool(struct event *, const char *key, bool);
void event_text(struct event *, const char *key, const char *);
/* Takes the reference. */
void event_json(struct event *, const char *key, json_t *);
/* Drop the event: event_end counts it. */
void event_lose(struct event *);

/* "ms": a time in seconds, in whole milliseconds. */
void event_ms(struct event *, double seconds);

#endif
