#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <microhttpd.h>

#include "reply.h"
#include "request.h"
#include "web_file.h"

#define API "/api/"
#define JSON "application/json"

/*
 * Nothing but the page's own files is loaded, nobody frames it, and no other
 * origin reads it.
 */
static const struct {
	const char *name, *value;
} headers[] = {
    {"Content-Security-Policy",
	"default-src 'self'; base-uri 'none'; form-action 'self'; "
	"frame-ancestors 'none'; object-src 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
};

int
reply_is_api(const struct request *rq)
{
	return rq->path != NULL && strncmp(rq->path, API, strlen(API)) == 0;
}

/* Add the headers of every reply and send it; r is taken, NULL: no memory. */
static void
reply_send(struct request *rq, unsigned int status, struct MHD_Response *r,
    const char *cache)
{
	size_t i;

	rq->replied = true;
	if (r == NULL)
		return;
	for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		MHD_add_response_header(r, headers[i].name, headers[i].value);
	MHD_add_response_header(r, MHD_HTTP_HEADER_CACHE_CONTROL, cache);
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(
		    r, MHD_HTTP_HEADER_ALLOW, rq->posts ? "GET" : "POST");
	MHD_queue_response(rq->connection, status, r);
	MHD_destroy_response(r);
}

static struct MHD_Response *
reply_with_type(struct MHD_Response *r, const char *type)
{
	if (r != NULL)
		MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	return r;
}

void
reply_bytes(struct request *rq, unsigned int status, const char *type,
    const void *bytes, size_t len)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
	    len, (void *)(uintptr_t)bytes, MHD_RESPMEM_MUST_COPY);

	reply_send(rq, status, reply_with_type(r, type), "no-store");
}

void
reply_status(struct request *rq, unsigned int status)
{
	static char nothing[] = "";

	reply_send(rq, status,
	    MHD_create_response_from_buffer(0, nothing, MHD_RESPMEM_PERSISTENT),
	    "no-store");
}

void
reply_json(struct request *rq, unsigned int status, json_t *value)
{
	char *text = value != NULL ? json_dumps(value,
					 JSON_COMPACT | JSON_REAL_PRECISION(10))
				   : NULL;
	struct MHD_Response *r = NULL;

	json_decref(value);
	if (text != NULL && (r = MHD_create_response_from_buffer(strlen(text),
				 text, MHD_RESPMEM_MUST_FREE)) == NULL)
		free(text);
	reply_send(rq, status, reply_with_type(r, JSON), "no-store");
}

void
reply_error(struct request *rq, unsigned int status, const char *text)
{
	char line[256];
	int n;

	if (reply_is_api(rq)) {
		reply_json(rq, status, json_pack("{s:s}", "error", text));
		return;
	}
	n = snprintf(line, sizeof(line), "%s\n", text);
	reply_bytes(rq, status, "text/plain; charset=utf-8", line,
	    n < (int)sizeof(line) ? (size_t)n : sizeof(line) - 1);
}

/* Does a list of a header ("a, b;q=1") have this member? */
static bool
reply_lists(const char *list, const char *member)
{
	size_t len = strlen(member);
	const char *at = list;

	for (; at != NULL && (at = strstr(at, member)) != NULL; at += len)
		if ((at == list || strchr(" ,", at[-1]) != NULL) &&
		    strchr(" ,", at[len]) != NULL)
			return true;
	return false;
}

void
reply_file(struct request *rq, const struct web_file *f)
{
	const char *known = request_header(rq, MHD_HTTP_HEADER_IF_NONE_MATCH);
	bool zipped =
	    f->zipped != NULL &&
	    reply_lists(
		request_header(rq, MHD_HTTP_HEADER_ACCEPT_ENCODING), "gzip");
	bool same = known != NULL && reply_lists(known, f->etag);
	size_t len = same ? 0 : zipped ? f->zipped_len : f->len;
	struct MHD_Response *r = MHD_create_response_from_buffer(len,
	    (void *)(uintptr_t)(zipped ? f->zipped : f->bytes),
	    MHD_RESPMEM_PERSISTENT);

	if (reply_with_type(r, f->type) != NULL) {
		MHD_add_response_header(r, MHD_HTTP_HEADER_ETAG, f->etag);
		MHD_add_response_header(
		    r, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_ENCODING);
		if (zipped && !same)
			MHD_add_response_header(
			    r, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
	}
	reply_send(
	    rq, same ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK, r, "no-cache");
}
