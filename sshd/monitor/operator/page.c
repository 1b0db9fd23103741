#include "config.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "child.h"
#include "clock.h"
#include "conn.h"
#include "console.h"
#include "directory.h"
#include "jump.h"
#include "monitor.h"
#include "msg.h"
#include "name.h"
#include "page.h"
#include "page_ask.h"
#include "page_key.h"

#define STARTING 10.0 /* s until READY */
#define PING_EVERY 5.0 /* s; the answer comes before the next one */

struct visitor {
	uint32_t id; /* the channel's number, as its worker gave it */
	int ends[2]; /* the page's and the worker's, until the page is ready */
	bool open; /* the page and the worker have their ends */
	struct visitor *prev, *next; /* of the connection */
};

struct page {
	struct monitor *m;
	struct child *child; /* NULL: exited */
	struct conn *asker; /* NULL: gone, or the page ends */
	uint64_t conn; /* its number, for the log */
	char addr[64];
	int64_t oper;
	char who[DEVICE_NAME];
	enum operator_role role;
	char grants[OPERATOR_GRANTS];
	double started;
	double pinged; /* when PING was sent last */
	bool answered; /* it */
	bool ready;
	unsigned int visitors; /* in all */
	struct page_asks asks;
	char reason[MSG_TEXT]; /* why the monitor ended it, or "" */
	struct page *prev, *next;
};

static const struct role page_role;

/* --- the event log ------------------------------------------------------ */

static struct event
page_event_begin(const struct page *p, const char *name)
{
	struct event e = event_begin(p->m->log, name);

	event_int(&e, "conn", (int64_t)p->conn);
	event_text(&e, "operator", p->who);
	event_text(&e, "addr", p->addr);
	return e;
}

static void
page_log_end(const struct page *p)
{
	struct event e = page_event_begin(p, "page.end");

	event_int(&e, "visitors", p->visitors);
	event_ms(&e, clock_now() - p->started);
	event_text(&e, "reason", p->reason);
	event_end(&e);
}

/* --- visitors ------------------------------------------------------------ */

static void
visitor_close_ends(struct visitor *v)
{
	int i;

	for (i = 0; i < 2; i++) {
		if (v->ends[i] != -1)
			close(v->ends[i]);
		v->ends[i] = -1;
	}
}

static void
visitor_free(struct conn *c, struct visitor *v)
{
	DL_DELETE(c->visitors, v);
	visitor_close_ends(v);
	free(v);
}

static struct visitor *
visitor_find(const struct conn *c, uint32_t id)
{
	struct visitor *v;

	DL_SEARCH_SCALAR(c->visitors, v, id, id);
	return v;
}

static struct visitor *
visitor_new(struct conn *c, uint32_t id)
{
	struct visitor *v;

	if ((v = calloc(1, sizeof(*v))) == NULL)
		return NULL;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
		v->ends) == -1) {
		free(v);
		return NULL;
	}
	v->id = id;
	DL_APPEND(c->visitors, v);
	return v;
}

/* The page is ready: it gets one end, and the operator's worker the other. */
static void
visitor_open(struct page *p, struct visitor *v)
{
	struct msg msg;

	msg_init(&msg, MSG_VISITOR, 0);
	msg.visitor.id = v->id;
	child_send(p->child, &msg, v->ends[0]);
	msg_init(&msg, MSG_REACHED, p->asker->number);
	msg.reached.id = v->id;
	msg.reached.ok = 1;
	conn_send(p->asker, &msg, v->ends[1]);
	visitor_close_ends(v);
	v->open = true;
	p->visitors++;
}

static void
visitor_refuse(struct conn *c, uint32_t id, uint32_t port, const char *reason)
{
	const struct jump_asker a = {.conn = c, .id = id};

	jump_refuse(&a, PAGE_NAME, port, reason, reason);
}

bool
page_has_visitor(const struct conn *c, uint32_t id)
{
	return visitor_find(c, id) != NULL;
}

bool
page_left(struct conn *c, uint32_t id)
{
	struct visitor *v = visitor_find(c, id);

	if (v == NULL || !v->open)
		return false;
	visitor_free(c, v);
	return true;
}

/* --- the end of a page --------------------------------------------------- */

/* Refuse the visitors that the page has not got, and leave the connection. */
static void
page_detach(struct page *p, const char *reason)
{
	struct conn *c = p->asker;
	struct visitor *v, *tmp;

	if (*p->reason == '\0')
		snprintf(p->reason, sizeof(p->reason), "%s", reason);
	p->asker = NULL;
	if (c == NULL)
		return;
	c->page = NULL;
	console_end_acts(c, p->child);
	jump_page_gone(c, p->child, p->reason);
	DL_FOREACH_SAFE(c->visitors, v, tmp)
		if (!v->open) {
			visitor_refuse(c, v->id, PAGE_PORT, p->reason);
			visitor_free(c, v);
		}
}

/* Kill the process; page_ended follows when it has exited. */
static void
page_stop(struct page *p, const char *reason)
{
	page_detach(p, reason);
	if (p->child != NULL)
		child_fail(p->child, reason);
}

static void
page_free(struct page *p)
{
	if (p->ready)
		page_log_end(p);
	DL_DELETE(p->m->pages, p);
	free(p);
}

static void
page_ended(struct child *child, int status)
{
	struct page *p = child->of;
	char text[96];

	if (WIFSIGNALED(status) && status != -1)
		snprintf(text, sizeof(text), "page ended by signal %d",
		    WTERMSIG(status));
	else
		snprintf(text, sizeof(text), "page ended with exit status %d",
		    status == -1 ? -1 : WEXITSTATUS(status));
	page_detach(p, *child->reason != '\0' ? child->reason : text);
	p->child = NULL;
	page_free(p);
}

static void
page_lost(struct child *child)
{
	/* A page without its socket can do nothing more. */
	child_kill(child);
}

/* --- the start of a page ------------------------------------------------- */

static void
page_greet(struct child *child)
{
	const struct page *p = child->of;
	struct msg msg;

	msg_init(&msg, MSG_STORE_OPEN, 0);
	conf_store_url(p->m->conf, false, msg.store_open.url);
	snprintf(msg.store_open.node, sizeof(msg.store_open.node), "%s",
	    p->m->conf->node);
	child_send(child, &msg, -1);
	msg_init(&msg, MSG_OPERATOR, 0);
	msg.oper.id = p->oper;
	msg.oper.role = p->role;
	snprintf(msg.oper.name, sizeof(msg.oper.name), "%s", p->who);
	snprintf(msg.oper.grants, sizeof(msg.oper.grants), "%s", p->grants);
	child_send(child, &msg, -1);
	msg_init(&msg, MSG_PAGE, 0);
	msg.page.port = conn_here(p->asker);
	child_send(child, &msg, -1);
}

static struct page *
page_new(struct conn *c)
{
	struct page *p;

	if ((p = calloc(1, sizeof(*p))) == NULL)
		return NULL;
	p->m = c->m;
	p->asker = c;
	p->conn = c->number;
	memcpy(p->addr, c->addr, sizeof(p->addr));
	p->oper = c->oper->id;
	snprintf(p->who, sizeof(p->who), "%s", c->oper->name);
	p->role = c->oper->role;
	snprintf(p->grants, sizeof(p->grants), "%s", c->oper->grants);
	p->started = p->pinged = clock_now();
	p->answered = true;
	return p;
}

static bool
page_is_one_too_many(const struct conn *c)
{
	const struct page *p;
	unsigned int all = 0, own = 0;

	DL_FOREACH(c->m->pages, p) {
		all++;
		own += p->oper == c->oper->id;
	}
	return all >= PAGES || own >= PAGES_OPERATOR;
}

/* NULL, or why it does not start. */
static const char *
page_start(struct conn *c)
{
	struct page *p;

	if (page_is_one_too_many(c)) {
		c->m->counters.limits++;
		return "too many pages at once: try again";
	}
	if ((p = page_new(c)) == NULL)
		return "out of memory";
	if ((p->child = child_start_once(c->m, &page_role, p)) == NULL) {
		free(p);
		return "the server is busy: try again";
	}
	DL_APPEND(c->m->pages, p);
	c->page = p;
	c->m->counters.pages++;
	return NULL;
}

bool
page_named(const char *name)
{
	char plain[DEVICE_NAME];

	name_canonical(name, plain);
	return strcmp(plain, PAGE_NAME) == 0;
}

void
page_visit(struct conn *c, const struct msg_reach *r)
{
	const char *why = NULL;
	struct visitor *v = NULL;
	unsigned int n;

	DL_COUNT(c->visitors, v, n);
	if (r->port != PAGE_PORT)
		why = "the page of the fleet is at port 80";
	else if (n >= PAGE_VISITORS)
		why = "too many connections to the page at once";
	else if (c->page == NULL)
		why = page_start(c);
	if (why == NULL && (v = visitor_new(c, r->id)) == NULL)
		why = "out of memory";
	if (why != NULL)
		visitor_refuse(c, r->id, r->port, why);
	else if (c->page->ready)
		visitor_open(c->page, v);
}

static void
page_ready(struct page *p)
{
	struct visitor *v;
	struct event e;

	p->ready = true;
	e = page_event_begin(p, "page.begin");
	event_ms(&e, clock_now() - p->started);
	event_end(&e);
	if (p->asker != NULL)
		DL_FOREACH(p->asker->visitors, v)
			if (!v->open)
				visitor_open(p, v);
}

static const char *
page_hear(struct child *child, struct msg *msg)
{
	struct page *p = child->of;

	if (msg->type == MSG_PONG) {
		if (p->answered)
			return "nobody asked";
		p->answered = true;
		return NULL;
	}
	if (p->ready)
		return p->asker == NULL
			   ? NULL
			   : page_ask(p->asker, child, &p->asks, msg);
	if (msg->type != MSG_READY)
		return "not a page's to say";
	page_ready(p);
	return NULL;
}

/* --- what ends a page ---------------------------------------------------- */

void
page_end(struct conn *c, const char *reason)
{
	if (c->page != NULL)
		page_stop(c->page, reason);
}

void
page_gone(struct conn *c, const char *reason)
{
	page_end(c, reason);
	while (c->visitors != NULL)
		visitor_free(c, c->visitors);
	page_key_forget(c);
}

void
page_regrant(struct monitor *m, const struct dir_operator *op)
{
	struct page *p;

	DL_FOREACH(m->pages, p)
		if (p->oper == op->id &&
		    (p->role != op->role || strcmp(p->grants, op->grants) != 0))
			page_stop(
			    p, "your role or tags have changed: try again");
}

static void
page_ping(struct page *p, double now)
{
	struct msg msg;

	if (!p->answered) {
		page_stop(p, "page stalled");
		return;
	}
	p->answered = false;
	p->pinged = now;
	msg_init(&msg, MSG_PING, 0);
	child_send(p->child, &msg, -1);
}

void
page_tick(struct monitor *m)
{
	double now = clock_now();
	struct page *p;

	DL_FOREACH(m->pages, p) {
		if (p->child == NULL || p->child->doomed)
			continue;
		if (!p->ready && now - p->started > STARTING)
			page_stop(p, "page did not start in time");
		else if (p->ready && now - p->pinged >= PING_EVERY)
			page_ping(p, now);
	}
}

void
page_free_all(struct monitor *m)
{
	struct page *p, *tmp;
	struct child *child;

	DL_FOREACH_SAFE(m->pages, p, tmp) {
		page_detach(p, "server stopped");
		if ((child = p->child) != NULL) {
			page_lost(child);
			DL_DELETE(m->once, child);
			child_free(child);
		}
		page_free(p);
	}
}

static const struct role page_role = {
    .name = "page",
    .launch = LAUNCH_PAGE,
    .greet = page_greet,
    .hear = page_hear,
    .lost = page_lost,
    .ended = page_ended,
};
