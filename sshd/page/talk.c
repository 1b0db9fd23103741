#include "config.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "page.h"
#include "talk.h"

#define QUEUE (256 * 1024) /* bytes that the monitor may leave unread */

void
talk_leave(void)
{
	_exit(EXIT_FAILURE);
}

void
talk_await(enum msg_type type, struct msg *m)
{
	struct pollfd p = {.fd = MSG_FD, .events = POLLIN};
	const char *reason;
	enum msg_result r;
	int fd;

	while ((r = msg_recv(MSG_FD, m, &fd, &reason)) == MSG_AGAIN)
		if (poll(&p, 1, -1) == -1 && errno != EINTR)
			talk_leave();
	if (r != MSG_OK || m->type != (uint32_t)type)
		talk_leave();
}

static void
on_send(struct ev_loop *loop, ev_io *w, int revents)
{
	struct page *p = w->data;

	(void)revents;
	if (msgq_flush(p->out) != MSG_OK)
		talk_leave();
	if (msgq_pending(p->out) == 0)
		ev_io_stop(loop, w);
}

int
talk_start(struct page *p)
{
	ev_io_init(&p->on_send, on_send, MSG_FD, EV_WRITE);
	p->on_send.data = p;
	p->out = msgq_new(MSG_FD, QUEUE);
	return p->out != NULL ? 0 : -1;
}

void
talk_say(struct page *p, const struct msg *m)
{
	if (msgq_send(p->out, m, -1) != MSG_OK)
		talk_leave();
	if (msgq_pending(p->out) > 0)
		ev_io_start(p->loop, &p->on_send);
}
