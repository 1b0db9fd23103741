/*
 * Events of a connection.  The fields that come first in each of them are
 * filled in here; the others are added as event_field.h has it.
 */
#ifndef CONN_EVENT_H
#define CONN_EVENT_H

#include "event.h"

struct conn;

/*
 * Begin an event with "conn", and with the "device" or the "operator" that has
 * logged in, if one has.
 */
struct event conn_event_begin(const struct conn *, const char *name);

/* Add "device" or "operator" alone. */
void conn_event_party(struct event *, const struct conn *);

#endif
