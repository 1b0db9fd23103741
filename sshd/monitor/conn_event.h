/*
 * Events of a connection: the fields that come first in each.  Others are added
 * with event_field.h.
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
