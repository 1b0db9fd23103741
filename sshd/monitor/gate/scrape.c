#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <utlist.h>

#include "child.h"
#include "clock.h"
#include "listen.h"
#include "monitor.h"
#include "msg.h"
#include "scrape.h"

#define BATCH 8 /* connections in a turn of the loop */
#define STARTING 10.0 /* s until READY */
#define PING_EVERY 10.0 /* s; the answer comes before the next one */
#define PAUSE 1.0 /* s after a failure: no descriptor, no process */

struct scrape {
	struct monitor *m;
	struct listen *listen;
	struct child *child; /* NULL: none runs */
	double started;
	double pinged; /* when PING was sent last */
	bool answered; /* it */
	bool ready;
	uint32_t visitors;
	int waiting[SCRAPES_WAITING];
	unsigned int nwaiting;
};

static const struct role scrape_role;

static void
scrape_pass_on(struct scrape *s, int fd)
{
	struct msg msg;

	msg_init(&msg, MSG_VISITOR, 0);
	msg.visitor.id = ++s->visitors;
	child_send(s->child, &msg, fd);
	close(fd);
}

static void
scrape_drop_waiting(struct scrape *s)
{
	while (s->nwaiting > 0)
		close(s->waiting[--s->nwaiting]);
}

/* --- the process --------------------------------------------------------- */

static void
scrape_greet(struct child *child)
{
	const struct monitor *m = child->m;
	struct msg msg;

	msg_init(&msg, MSG_STORE_OPEN, 0);
	conf_store_url(m->conf, false, msg.store_open.url);
	snprintf(msg.store_open.node, sizeof(msg.store_open.node), "%s",
	    m->conf->node);
	child_send(child, &msg, -1);
	msg_init(&msg, MSG_OPERATOR, 0);
	msg.oper.role = OPERATOR_ADMIN; /* the figures are of all devices */
	child_send(child, &msg, -1);
	msg_init(&msg, MSG_PAGE, 0);
	msg.page.metrics = 1;
	child_send(child, &msg, -1);
}

static const char *
scrape_hear(struct child *child, struct msg *msg)
{
	struct scrape *s = child->of;
	unsigned int i;

	if (msg->type == MSG_PONG && !s->answered) {
		s->answered = true;
		return NULL;
	}
	if (msg->type != MSG_READY || s->ready)
		return "not for a page of metrics to say";
	s->ready = true;
	for (i = 0; i < s->nwaiting; i++)
		scrape_pass_on(s, s->waiting[i]);
	s->nwaiting = 0;
	return NULL;
}

static void
scrape_lost(struct child *child)
{
	/* A page without its socket can do nothing more. */
	child_kill(child);
}

static void
scrape_ended(struct child *child, int status)
{
	struct scrape *s = child->of;

	(void)status;
	s->child = NULL;
	s->ready = false;
	scrape_drop_waiting(s);
}

static bool
scrape_start_child(struct scrape *s)
{
	s->ready = false;
	s->answered = true;
	s->started = s->pinged = clock_now();
	s->child = child_start_once(s->m, &scrape_role, s);
	return s->child != NULL;
}

/* --- connections --------------------------------------------------------- */

/* False: no process can be had for it. */
static bool
scrape_take(struct scrape *s, int fd)
{
	if (s->child == NULL && !scrape_start_child(s)) {
		close(fd);
		return false;
	}
	if (s->ready && !child_has_waiting(s->child))
		scrape_pass_on(s, fd);
	else if (!s->ready && s->nwaiting < SCRAPES_WAITING)
		s->waiting[s->nwaiting++] = fd;
	else {
		s->m->counters.limits++;
		close(fd);
	}
	return true;
}

static void
on_pause(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct listen *l = w->data;

	(void)revents;
	ev_io_start(loop, &l->watch);
}

static void
on_accept(struct ev_loop *loop, ev_io *w, int revents)
{
	struct scrape *s = w->data;
	struct listen *l = s->listen;
	int fd = -1, i;

	(void)revents;
	for (i = 0; i < BATCH; i++) {
		fd = accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd == -1 ? listen_no_room(errno) : !scrape_take(s, fd))
			break;
		if (fd == -1)
			return;
	}
	if (i == BATCH)
		return;
	ev_io_stop(loop, w);
	ev_timer_set(&l->pause, PAUSE, 0);
	ev_timer_start(loop, &l->pause);
}

/* --- its life ------------------------------------------------------------ */

int
scrape_open(struct monitor *m, struct scrape **out, char error[CONF_ERROR])
{
	const char *text = m->conf->metrics_listen;
	struct scrape *s;

	*out = NULL;
	if (*text == '\0')
		return 0;
	if ((s = calloc(1, sizeof(*s))) == NULL) {
		snprintf(error, CONF_ERROR, "metrics-listen: out of memory");
		return -1;
	}
	s->m = m;
	if ((s->listen = listen_one("metrics-listen", text, error)) == NULL) {
		free(s);
		return -1;
	}
	*out = s;
	return 0;
}

void
scrape_start(struct scrape *s)
{
	if (s == NULL)
		return;
	ev_io_init(&s->listen->watch, on_accept, s->listen->fd, EV_READ);
	ev_timer_init(&s->listen->pause, on_pause, 0, 0);
	s->listen->watch.data = s;
	s->listen->pause.data = s->listen;
	ev_io_start(s->m->loop, &s->listen->watch);
}

void
scrape_tick(struct scrape *s)
{
	double now = clock_now();
	struct msg msg;

	if (s == NULL || s->child == NULL)
		return;
	if (!s->ready) {
		if (now - s->started > STARTING)
			child_fail(s->child, "did not start in time");
		return;
	}
	if (now - s->pinged < PING_EVERY)
		return;
	if (!s->answered) {
		child_fail(s->child, "page stalled");
		return;
	}
	s->answered = false;
	s->pinged = now;
	msg_init(&msg, MSG_PING, 0);
	child_send(s->child, &msg, -1);
}

const char *
scrape_name(const struct scrape *s)
{
	return s != NULL ? s->listen->name : NULL;
}

void
scrape_free(struct scrape *s)
{
	if (s == NULL)
		return;
	if (s->child != NULL) {
		child_kill(s->child);
		DL_DELETE(s->m->once, s->child);
		child_free(s->child);
	}
	scrape_drop_waiting(s);
	if (s->m->loop != NULL) {
		ev_io_stop(s->m->loop, &s->listen->watch);
		ev_timer_stop(s->m->loop, &s->listen->pause);
	}
	listen_close(s->listen);
	free(s);
}

static const struct role scrape_role = {
    .name = "page",
    .launch = LAUNCH_PAGE,
    .greet = scrape_greet,
    .hear = scrape_hear,
    .lost = scrape_lost,
    .ended = scrape_ended,
};
