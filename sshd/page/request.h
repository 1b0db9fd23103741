/*
 * A request for the page, as its handler has it.  A handler is a function of
 * the table in route.c: it reads the request, and replies exactly once
 * (reply.h) before it returns; or it calls request_pause, and is called again
 * after request_resume.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#define REQUEST_ARGS 2 /* parts of a path that its table's row leaves open */
#define REQUEST_ARG 128 /* bytes of one */
#define REQUEST_BODY 16384 /* bytes */

struct MHD_Connection;
struct page;
struct request;
struct route;

typedef void page_handler(struct request *);

struct request {
	struct page *page;
	struct MHD_Connection *connection;
	const char *path; /* decoded; begins with "/" */
	char arg[REQUEST_ARGS][REQUEST_ARG]; /* decoded, never empty */
	char *body; /* of a POST; NUL behind it; NULL: none */
	size_t length; /* of the body */
	bool posts; /* the method is POST; otherwise GET or HEAD */
	bool malformed; /* the target is none that is answered */
	const struct route *route; /* NULL until it is found */
	bool replied;
	bool paused; /* no call until request_resume */
	void *state; /* the handler's own, between its calls */
	void (*forget)(struct request *); /* frees it; NULL: nothing to free */
};

/* The value of a field of the query, decoded; NULL: there is none. */
const char *request_query(const struct request *, const char *name);

/* A number of the query, or otherwise if there is none in these bounds. */
long request_number(const struct request *, const char *name, long least,
    long most, long otherwise);

/* The value of a header; NULL: there is none. */
const char *request_header(const struct request *, const char *name);

/*
 * The reply has to wait: the handler is called again after request_resume,
 * which must come, whether the client is still there or not.
 */
void request_pause(struct request *);
void request_resume(struct request *);

#endif
