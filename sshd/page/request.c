#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include <microhttpd.h>

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
