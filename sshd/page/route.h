/*
 * The table of the page's paths.
 */
#ifndef ROUTE_H
#define ROUTE_H

#include "request.h"

struct route {
	const char *path; /* a part "*" stands for any one part */
	bool posts; /* for POST; otherwise for GET and HEAD */
	page_handler *handler;
};

/*
 * Find the row of the request's path and method, and fill in the open parts of
 * the path.  Returns 0, or the status of the refusal: 404, 405.
 */
unsigned int route_find(struct request *);

#endif
