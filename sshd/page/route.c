#include "config.h"

#include <string.h>

#include <microhttpd.h>

#include "api.h"
#include "page.h"
#include "qr.h"
#include "reply.h"
#include "route.h"
#include "web_file.h"

static void
route_file(struct request *rq)
{
	const struct web_file *f = web_file_find(rq->arg[0]);

	if (f != NULL)
		reply_file(rq, f);
	else
		reply_error(rq, MHD_HTTP_NOT_FOUND, "no such file");
}

static const struct route routes[] = {
    {"/", false, api_view_fleet},
    {"/device/*", false, api_view_device},
    {"/events", false, api_view_events},
    {"/tokens", false, api_view_tokens},
    {"/operators", false, api_view_operators},
    {"/server", false, api_view_server},
    {"/web/*", false, route_file},
    {"/api/act", true, api_act},
    {"/api/events", false, api_events},
    {"/api/me", false, api_me},
    {"/api/qr", true, api_qr},
    {"/api/fleet", false, api_fleet},
    {"/api/rows", false, api_rows},
    {"/api/device/*", false, api_device},
    {"/api/tokens", false, api_tokens},
    {"/api/operators", false, api_operators},
    {"/api/server", false, api_server},
    {"/api/alerts", false, api_alerts},
};

/* The only one where no operator is. */
static const struct route metrics = {"/metrics", false, api_metrics};

/* Whether path is one of the pattern; its open parts are copied to the args. */
static bool
route_fits(const char *pattern, const char *path, struct request *rq)
{
	size_t n, args = 0;

	for (; *pattern != '\0'; pattern++)
		if (*pattern != '*') {
			if (*path++ != *pattern)
				return false;
		} else {
			n = strcspn(path, "/");
			if (n == 0 || n >= REQUEST_ARG || args == REQUEST_ARGS)
				return false;
			memcpy(rq->arg[args], path, n);
			rq->arg[args++][n] = '\0';
			path += n;
		}
	return *path == '\0';
}

unsigned int
route_find(struct request *rq)
{
	const bool alone = rq->page->metrics;
	const struct route *all = alone ? &metrics : routes;
	unsigned int status = MHD_HTTP_NOT_FOUND;
	size_t i, n = alone ? 1 : sizeof(routes) / sizeof(routes[0]);

	for (i = 0; i < n; i++) {
		if (!route_fits(all[i].path, rq->path, rq))
			continue;
		if (all[i].posts == rq->posts) {
			rq->route = &all[i];
			return 0;
		}
		status = MHD_HTTP_METHOD_NOT_ALLOWED;
	}
	return status;
}
