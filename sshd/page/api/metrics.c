#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <microhttpd.h>

#include "api.h"
#include "families.h"
#include "page.h"
#include "reply.h"
#include "request.h"

/*
 * Prometheus names the formats that it takes; whoever names none gets the older
 * one, which more programs read.
 */
static bool
takes_openmetrics(const struct request *rq)
{
	const char *accept = request_header(rq, MHD_HTTP_HEADER_ACCEPT);

	return accept != NULL &&
	       strstr(accept, "application/openmetrics-text") != NULL;
}

void
api_metrics(struct request *rq)
{
	struct exposition x = {.prometheus = !takes_openmetrics(rq)};
	bool devices = request_query(rq, "devices") != NULL;
	enum store_result result;
	char *text = NULL;
	size_t len = 0;
	bool whole;

	if ((x.file = open_memstream(&text, &len)) == NULL) {
		reply_error(rq, MHD_HTTP_SERVICE_UNAVAILABLE, "out of memory");
		return;
	}
	result = families_write(&x, rq->page->store, devices);
	whole = ferror(x.file) == 0;
	if (fclose(x.file) != 0 || !whole || result != STORE_OK)
		reply_error(rq, MHD_HTTP_SERVICE_UNAVAILABLE,
		    "the store does not answer");
	else
		reply_bytes(rq, MHD_HTTP_OK,
		    x.prometheus ? EXPOSITION_PROMETHEUS
				 : EXPOSITION_OPENMETRICS,
		    text, len);
	free(text);
}
