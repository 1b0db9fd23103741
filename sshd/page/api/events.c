#include "config.h"

#include <string.h>

#include <jansson.h>
#include <microhttpd.h>

#include "api.h"
#include "clock.h"
#include "feed.h"
#include "reply.h"
#include "request.h"

#define WAIT 15 /* s, the most */
#define SEQ_MOST (1L << 53) /* what a number of JavaScript is exact for */

static void
events_forget(struct request *rq)
{
	feed_free(rq->state);
}

static const char *
events_filter(const struct request *rq, const char *name)
{
	const char *value = request_query(rq, name);

	return value != NULL && *value != '\0' ? value : NULL;
}

static void
events_begin(struct request *rq)
{
	const struct feed want = {
	    .seq = (uint64_t)request_number(rq, "after", 0, SEQ_MOST, 0),
	    .polls = request_number(rq, "polls", 0, 1, 0) != 0,
	    .device = events_filter(rq, "device"),
	    .type = events_filter(rq, "type"),
	    .limit =
		(size_t)request_number(rq, "limit", 1, FEED_LINES, FEED_LINES),
	    .until =
		clock_now() + (double)request_number(rq, "wait", 0, WAIT, WAIT),
	};

	rq->forget = events_forget;
	if ((rq->state = feed_start(rq, &want)) == NULL)
		reply_error(rq, MHD_HTTP_TOO_MANY_REQUESTS,
		    "too many questions for events at once");
}

void
api_events(struct request *rq)
{
	const struct feed *f = rq->state;

	if (f == NULL)
		events_begin(rq);
	else
		reply_json(rq, MHD_HTTP_OK,
		    json_pack("{s:I, s:b, s:O}", "next", (json_int_t)f->seq,
			"lost", f->lost, "events", f->events));
}
