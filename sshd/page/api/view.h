/*
 * What one operator's page sees: the store, opened for reading and limited to
 * what the operator sees, and what is kept between two requests so that pages
 * that stay open cost little.
 */
#ifndef VIEW_H
#define VIEW_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fleet.h"
#include "store.h"

#define VIEW_FAILED	16	/* devices whose failed forward is noted */
#define VIEW_TRACES	1024
#define VIEW_TALLIES	4
#define VIEW_TAGS	200	/* tags that are counted */
#define VIEW_QUERY	1024	/* bytes of a query as a text */

/* The counts of a query, and when they were made. */
struct tally {
	char		query[VIEW_QUERY];
	struct fleet_counts counts;
	int64_t		made;		/* us since the epoch; 0: never */
	int64_t		again;		/* not made anew before */
	uint64_t	print;		/* of the counts */
	int64_t		changed;	/* when they were last others */
};

/* A row that was asked for: what it was like, and since when. */
struct trace {
	int64_t		device;
	uint64_t	print;
	int64_t		changed;	/* us since the epoch */
};

struct view {
	struct store	*store;
	const struct oper *who;
	const char	*node;		/* this server's */
	uint32_t	port;		/* where it was reached; 0: not known */
	/* Of the request, us since the epoch; no two have the same ms. */
	int64_t		now;
	int64_t		written;	/* when the store was last other */
	uint64_t	changes;	/* of the store, as view_begin had them */

	struct tally	tallies[VIEW_TALLIES];
	json_t		*tags;		/* [{tag, n}] */
	int64_t		tags_again;
	struct trace	traces[VIEW_TRACES];
};

/*
 * A view of a store that is open for reading, and limited to what who sees.  It
 * keeps what it is given, which stays the caller's.  NULL: out of memory.
 */
struct view	*view_new(struct store *, const struct oper *who,
    const char *node, uint32_t port);
void		 view_free(struct view *);

/*
 * A request begins at now; changes: a number that is another one when the store
 * was written since the last request.
 */
void		 view_begin(struct view *, int64_t now, uint64_t changes);

/*
 * Remember what the row is like.  Returns when it became so, as far as is known:
 * now for a row that was not asked for before.
 */
int64_t		 view_trace(struct view *, int64_t device, uint64_t print);

/*
 * The counts of what the query finds.  They are made anew at most every
 * 5 seconds, and more rarely where that would take more than 1 part in 200 of
 * a processor.
 */
enum store_result view_count(struct view *, const struct fleet_query *,
    const struct tally **);

/* The tags that are there, as a list of {tag, n}; rarely made anew, as above. */
enum store_result view_tags(struct view *, json_t **borrowed);

#endif
