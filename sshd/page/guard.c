#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <microhttpd.h>

#include "guard.h"
#include "page.h"
#include "reply.h"
#include "request.h"

#define HOST_MOST 64 /* bytes of a Host that the page has */

/* Names of this page: a name of another site resolves to it by rebinding. */
static const char *const hosts[] = {"localhost", "127.0.0.1", "[::1]"};

static bool
is_port(const char *text)
{
	size_t digits;

	if (*text == '\0')
		return true;
	digits = strspn(text + 1, "0123456789");
	return *text == ':' && digits >= 1 && digits <= 5 &&
	       text[1 + digits] == '\0';
}

static bool
is_own_host(const char *host)
{
	size_t i, len;

	for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		len = strlen(hosts[i]);
		if (strncasecmp(host, hosts[i], len) == 0 &&
		    is_port(host + len))
			return true;
	}
	return false;
}

struct counted {
	const char *name;
	unsigned int n;
};

static enum MHD_Result
guard_count(
    void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct counted *c = cls;

	(void)kind;
	(void)value;
	c->n += strcasecmp(name, c->name) == 0;
	return MHD_YES;
}

static unsigned int
count_header(const struct request *rq, const char *name)
{
	struct counted c = {.name = name};

	MHD_get_connection_values(
	    rq->connection, MHD_HEADER_KIND, guard_count, &c);
	return c.n;
}

/* Whether Origin is absent, or the page's own. */
static bool
is_own_origin(const struct request *rq, const char *host)
{
	const char *origin = request_header(rq, MHD_HTTP_HEADER_ORIGIN);
	char own[sizeof("http://") + HOST_MOST];

	if (origin == NULL)
		return true;
	snprintf(own, sizeof(own), "http://%s", host);
	return count_header(rq, MHD_HTTP_HEADER_ORIGIN) == 1 &&
	       strcasecmp(origin, own) == 0;
}

/*
 * Whether the browser says that the page itself has made the request; "none" is
 * a person's own, and what is no browser does not say.
 */
static bool
is_own_site(const struct request *rq)
{
	const char *site = request_header(rq, "Sec-Fetch-Site");

	return site == NULL || strcmp(site, "same-origin") == 0 ||
	       (!rq->posts && strcmp(site, "none") == 0);
}

/*
 * Whether a page of another site has the browser load this for itself, as an
 * image or a frame: how long that takes, or whether it fails, would tell that
 * page what the fleet has.  It may lead a person here.
 */
static bool
is_for_other_site(const struct request *rq)
{
	const char *dest = request_header(rq, "Sec-Fetch-Dest");

	return !is_own_site(rq) &&
	       (dest == NULL || strcmp(dest, "document") != 0);
}

static bool
is_json(const char *type)
{
	const size_t len = strlen("application/json");

	return type != NULL &&
	       strncasecmp(type, "application/json", len) == 0 &&
	       (type[len] == '\0' || type[len] == ';');
}

unsigned int
guard_check(const struct request *rq, const char **why)
{
	const char *host = request_header(rq, MHD_HTTP_HEADER_HOST);

	if (rq->page->metrics) /* no browser's, and by any name */
		return 0;
	if (host == NULL || count_header(rq, MHD_HTTP_HEADER_HOST) != 1) {
		*why = "one Host is needed";
		return MHD_HTTP_BAD_REQUEST;
	}
	if (strlen(host) > HOST_MOST || !is_own_host(host)) {
		*why = "this page is at localhost";
		return MHD_HTTP_MISDIRECTED_REQUEST;
	}
	if (request_header(rq, MHD_HTTP_HEADER_UPGRADE) != NULL) {
		*why = "this page speaks HTTP/1.1 alone";
		return MHD_HTTP_BAD_REQUEST;
	}
	if (is_for_other_site(rq) ||
	    ((rq->posts || reply_is_api(rq)) &&
		(!is_own_origin(rq, host) || !is_own_site(rq)))) {
		*why = "only the page itself may ask this";
		return MHD_HTTP_FORBIDDEN;
	}
	if (rq->posts &&
	    (count_header(rq, MHD_HTTP_HEADER_CONTENT_TYPE) != 1 ||
		!is_json(request_header(rq, MHD_HTTP_HEADER_CONTENT_TYPE)))) {
		*why = "the body must be application/json";
		return MHD_HTTP_UNSUPPORTED_MEDIA_TYPE;
	}
	return 0;
}
