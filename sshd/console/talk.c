#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "talk.h"

/* Exits without a word: the monitor is gone. */
static void __attribute__((noreturn)) leave(void)
{
	_exit(EXIT_FAILURE);
}

static void
wait_for(short events)
{
	struct pollfd p = {.fd = MSG_FD, .events = events};

	while (poll(&p, 1, -1) == -1)
		if (errno != EINTR)
			leave();
}

void
talk_hear(enum msg_type type, struct msg *m, int *fd)
{
	const char *reason;
	enum msg_result r;

	while ((r = msg_recv(MSG_FD, m, fd, &reason)) == MSG_AGAIN)
		wait_for(POLLIN);
	if (r != MSG_OK || m->type != (uint32_t)type)
		leave();
}

void
talk_say(const struct msg *m)
{
	ssize_t n;

	while ((n = send(MSG_FD, m, msg_size(m->type), MSG_NOSIGNAL)) == -1 &&
	       (errno == EAGAIN || errno == EINTR))
		wait_for(POLLOUT);
	if (n == -1)
		leave();
}

static enum admin_exit
order(struct msg *m, int64_t *forward)
{
	int fd;

	talk_say(m);
	talk_hear(MSG_FORWARD_RESULT, m, &fd);
	*forward = m->forward_result.forward;
	return *forward != 0 ? ADMIN_DONE
			     : admin_fail("%s", m->forward_result.refused);
}

static enum admin_exit
order_open(struct forward *f)
{
	struct msg m;

	msg_init(&m, MSG_FORWARD_REQUEST, 0);
	m.forward_request.what = REQUEST_OPEN;
	m.forward_request.device = f->device;
	m.forward_request.dport = f->dport;
	m.forward_request.sport = f->sport;
	m.forward_request.ttl = f->ttl;
	if (order(&m, &f->id) != ADMIN_DONE)
		return ADMIN_FAILED;
	f->ttl = m.forward_result.ttl;
	f->expires = f->created + f->ttl * INT64_C(1000000);
	return ADMIN_DONE;
}

static enum admin_exit
order_close(int64_t forward)
{
	struct msg m;

	msg_init(&m, MSG_FORWARD_REQUEST, 0);
	m.forward_request.what = REQUEST_CLOSE;
	m.forward_request.forward = forward;
	return order(&m, &forward);
}

const struct desk talk_desk = {order_open, order_close};
