/*
 * The newest lines of the event log, in memory, for the pages of operators.
 * Lines of a device's polls are left out, unless a page has asked for them in
 * the last seconds: they would soon be all that there is.
 */
#ifndef RECENT_H
#define RECENT_H

#include <stdbool.h>
#include <stdint.h>

#include "device.h"

#define RECENT_LINES 512

struct eventlog;
struct recent;

struct recent_line {
	uint64_t seq; /* counts up from 1 */
	char device[DEVICE_NAME]; /* that it names, or "" */
	char *text; /* JSON without a newline */
};

/* Keep the lines of this log from now on.  NULL: no memory. */
struct recent *recent_start(struct eventlog *);
void recent_free(struct recent *);

/* The first line after seq, until the next event; NULL: there is none. */
const struct recent_line *recent_next(const struct recent *, uint64_t seq);

/* Whether lines after seq, which is not 0, have been dropped. */
bool recent_lost(const struct recent *, uint64_t seq);

/* Keep the lines of polls, too, for some seconds from now (monotonic, s). */
void recent_want_polls(struct recent *, double now);

#endif
