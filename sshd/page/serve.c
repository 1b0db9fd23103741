#include "config.h"

#include <stdio.h>
#include <unistd.h>

#include "command.h"
#include "device_web.h"
#include "feed.h"
#include "http.h"
#include "page.h"
#include "serve.h"
#include "talk.h"
#include "visitor.h"

#define SOON 0.05 /* s from the store's watch to a look at it */
#define AT_TIMES 5.0 /* s between looks without a watch */
#define BATCH 16 /* messages in a turn of the loop */

static void
hear_visitor(struct page *p, int fd)
{
	if (fd >= 0)
		visitor_take(p, fd);
}

static void
hear_ping(struct page *p, int fd)
{
	struct msg pong;

	(void)fd;
	msg_init(&pong, MSG_PONG, 0);
	talk_say(p, &pong);
}

static const struct {
	enum msg_type type;
	void (*hear)(struct page *, int fd); /* takes the descriptor */
} hears[] = {
    {MSG_VISITOR, hear_visitor},
    {MSG_PING, hear_ping},
    {MSG_STREAM, command_hear_stream},
    {MSG_COMMANDED, command_hear_end},
    {MSG_EVENT, feed_hear},
    {MSG_REACHED, device_web_reached},
};

static void
serve_hear(struct page *p, int fd)
{
	size_t i;

	for (i = 0; i < sizeof(hears) / sizeof(hears[0]); i++)
		if (hears[i].type == p->in.type) {
			hears[i].hear(p, fd);
			return;
		}
	talk_leave();
}

static void
on_sock(struct ev_loop *loop, ev_io *w, int revents)
{
	struct page *p = w->data;
	const char *reason;
	enum msg_result r = MSG_OK;
	int fd, i;

	(void)loop;
	(void)revents;
	for (i = 0; i < BATCH; i++) {
		if ((r = msg_recv(MSG_FD, &p->in, &fd, &reason)) != MSG_OK)
			break;
		serve_hear(p, fd);
	}
	if (r != MSG_OK && r != MSG_AGAIN)
		talk_leave();
}

/*
 * The store may have changed: its changes are counted.  A database whose
 * connection is gone is the next page's, since the seal lets this one make no
 * other.
 */
static void
on_look(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct page *p = w->data;
	bool changed = false;
	enum store_result r;

	(void)loop;
	(void)revents;
	r = store_changed(p->store, &changed);
	if (r == STORE_FAILED && store_shared(p->store)) {
		fprintf(stderr, "et-sshd-page: %s\n", store_error(p->store));
		talk_leave();
	}
	if (r != STORE_OK || changed)
		p->changes++;
}

static void
on_watch(struct ev_loop *loop, ev_io *w, int revents)
{
	struct page *p = w->data;

	(void)revents;
	store_watch_drain(p->store);
	if (ev_is_active(&p->on_look))
		return;
	ev_timer_set(&p->on_look, SOON, 0);
	ev_timer_start(loop, &p->on_look);
}

int
serve_prepare(struct page *p)
{
	int watch = store_watch(p->store);

	ev_timer_init(&p->on_look, on_look, AT_TIMES, AT_TIMES);
	p->on_look.data = p;
	if (watch != -1) {
		ev_io_init(&p->on_watch, on_watch, watch, EV_READ);
		p->on_watch.data = p;
		ev_io_start(p->loop, &p->on_watch);
	} else
		ev_timer_start(p->loop, &p->on_look);
	ev_io_init(&p->on_sock, on_sock, MSG_FD, EV_READ);
	p->on_sock.data = p;
	ev_io_start(p->loop, &p->on_sock);
	return talk_start(p) == -1 || http_start(p) == -1 ? -1 : 0;
}

void
serve_run(struct page *p)
{
	struct msg ready;

	msg_init(&ready, MSG_READY, 0);
	talk_say(p, &ready);
	ev_run(p->loop, 0);
}
