/*
 * Questions for the lines of the event log.  The monitor answers with the lines
 * that the operator may see; while there are none, it is asked again.
 */
#ifndef FEED_H
#define FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ev.h>
#include <jansson.h>

#define FEEDS 4 /* at once */
#define FEED_LINES 200 /* in one answer */

struct page;
struct request;

struct feed {
	struct page *page;
	struct request *request; /* that is resumed when it is done */
	uint32_t id;
	uint64_t seq; /* of the last line looked at */
	bool polls; /* lines of polls, too */
	bool any; /* the answer that comes has lines */
	bool lost; /* lines have been dropped before they were asked for */
	const char *device; /* lines of it alone, or NULL */
	const char *type; /* events whose name begins so, or NULL */
	size_t limit; /* lines */
	double until; /* when it is answered without any, monotonic, s */
	json_t *events; /* NULL: no memory */
	ev_timer on_again;
	struct feed *prev, *next;
};

/*
 * Ask for a request, which is paused until there is an answer; the fields from
 * seq to until are those of want.  NULL: too many at once, or no memory.  It
 * belongs to the caller, who frees it after the request was resumed.
 */
struct feed *feed_start(struct request *, const struct feed *want);
void feed_free(struct feed *);

/* EVENT of the monitor, in page.in. */
void feed_hear(struct page *, int fd);

#endif
