#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include <microhttpd.h>

#include "page.h"
#include "request.h"

const char *
request_query(const struct request *rq, const char *name)
{
	return MHD_lookup_connection_value(
	    rq->connection, MHD_GET_ARGUMENT_KIND, name);
}

long
request_number(const struct request *rq, const char *name, long least,
    long most, long otherwise)
{
	const char *text = request_query(rq, name);
	char *end;
	long n;

	if (text == NULL || *text == '\0')
		return otherwise;
	errno = 0;
	n = strtol(text, &end, 10);
	return errno == 0 && *end == '\0' && n >= least && n <= most
		   ? n
		   : otherwise;
}

const char *
request_header(const struct request *rq, const char *name)
{
	return MHD_lookup_connection_value(
	    rq->connection, MHD_HEADER_KIND, name);
}

void
request_pause(struct request *rq)
{
	rq->paused = true;
	MHD_suspend_connection(rq->connection);
}

void
request_resume(struct request *rq)
{
	if (!rq->paused)
		return;
	rq->paused = false;
	MHD_resume_connection(rq->connection);
	/* libmicrohttpd has its turn as soon as the loop has its next one. */
	ev_feed_event(rq->page->loop, &rq->page->on_http, EV_READ);
}
