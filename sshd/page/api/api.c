#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "html_pages.h"
#include "page.h"
#include "reply.h"
#include "request.h"
#include "tell.h"

#define OK 200
#define NOTHING 204
#define FAILED 500

int
api_start(struct page *p)
{
	p->view = view_new(p->store, &p->who, p->node, p->port);
	return p->view != NULL ? 0 : -1;
}

static const char *
api_get(void *arg, const char *name)
{
	return request_query(arg, name);
}

static struct asked
api_begin(struct request *rq)
{
	view_begin(
	    rq->page->view, store_clock(rq->page->store), rq->page->changes);
	return (struct asked){.get = api_get, .arg = rq, .id = rq->arg[0]};
}

static void
api_reply(struct request *rq, tell_maker *maker)
{
	struct asked asked = api_begin(rq);
	char error[ASKED_ERROR] = "";
	json_t *answer = NULL;
	unsigned int status;

	status = maker(rq->page->view, &asked, &answer, error);
	if (status == OK)
		reply_json(rq, status, answer);
	else if (status == NOTHING)
		reply_status(rq, status);
	else
		reply_error(rq, status, error);
}

void
api_me(struct request *rq)
{
	api_reply(rq, tell_me);
}

void
api_fleet(struct request *rq)
{
	api_reply(rq, tell_fleet);
}

void
api_rows(struct request *rq)
{
	api_reply(rq, tell_rows);
}

void
api_device(struct request *rq)
{
	api_reply(rq, tell_device);
}

void
api_tokens(struct request *rq)
{
	api_reply(rq, tell_tokens);
}

void
api_operators(struct request *rq)
{
	api_reply(rq, tell_operators);
}

void
api_server(struct request *rq)
{
	api_reply(rq, tell_server);
}

void
api_alerts(struct request *rq)
{
	api_reply(rq, tell_alerts);
}

/* --- the views ---------------------------------------------------------- */

static void
api_reply_html(struct request *rq, unsigned int status, struct html *h)
{
	char *text = html_take(h);

	if (text != NULL)
		reply_bytes(
		    rq, status, "text/html; charset=utf-8", text, strlen(text));
	else
		reply_error(rq, FAILED, "out of memory");
	free(text);
}

void
api_view_fleet(struct request *rq)
{
	struct asked asked = api_begin(rq);
	struct html h = {.text = NULL};
	unsigned int status;

	status = html_fleet(rq->page->view, &asked, &h);
	api_reply_html(rq, status, &h);
}

void
api_view_device(struct request *rq)
{
	struct asked asked = api_begin(rq);
	struct html h = {.text = NULL};
	unsigned int status;

	status = html_device(rq->page->view, &asked, &h);
	api_reply_html(rq, status, &h);
}

static void
api_view_script(struct request *rq, const char *view, const char *title)
{
	struct html h = {.text = NULL};

	html_script(&h, view, title);
	api_reply_html(rq, OK, &h);
}

void
api_view_events(struct request *rq)
{
	api_view_script(rq, "events", "Events");
}

void
api_view_tokens(struct request *rq)
{
	api_view_script(rq, "tokens", "Tokens");
}

void
api_view_operators(struct request *rq)
{
	api_view_script(rq, "operators", "Operators");
}

void
api_view_server(struct request *rq)
{
	api_view_script(rq, "server", "Server");
}
