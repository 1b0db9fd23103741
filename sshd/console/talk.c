#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "paste.h"
#include "talk.h"

/* End at once: the monitor is gone, and nobody reads an error. */
static void __attribute__((noreturn)) talk_leave(void)
{
	_exit(EXIT_FAILURE);
}

static void
talk_wait(short events)
{
	struct pollfd p = {.fd = MSG_FD, .events = events};

	while (poll(&p, 1, -1) == -1)
		if (errno != EINTR)
			talk_leave();
}

void
talk_hear(enum msg_type type, struct msg *m, int *fd)
{
	const char *reason;
	enum msg_result r;

	while ((r = msg_recv(MSG_FD, m, fd, &reason)) == MSG_AGAIN)
		talk_wait(POLLIN);
	if (r != MSG_OK || m->type != (uint32_t)type)
		talk_leave();
}

void
talk_say(const struct msg *m)
{
	ssize_t n;

	while ((n = send(MSG_FD, m, msg_size(m->type), MSG_NOSIGNAL)) == -1 &&
	       (errno == EAGAIN || errno == EINTR))
		talk_wait(POLLOUT);
	if (n == -1)
		talk_leave();
}

static enum admin_exit
talk_request(struct msg *m, int64_t *forward)
{
	int fd;

	talk_say(m);
	talk_hear(MSG_FORWARD_RESULT, m, &fd);
	*forward = m->forward_result.forward;
	return *forward != 0 ? ADMIN_DONE
			     : admin_fail("%s", m->forward_result.refused);
}

static enum admin_exit
talk_open(struct forward *f)
{
	struct msg m;

	msg_init(&m, MSG_FORWARD_REQUEST, 0);
	m.forward_request.what = REQUEST_OPEN;
	m.forward_request.device = f->device;
	m.forward_request.dport = f->dport;
	m.forward_request.sport = f->sport;
	m.forward_request.ttl = f->ttl;
	if (talk_request(&m, &f->id) != ADMIN_DONE)
		return ADMIN_FAILED;
	f->ttl = m.forward_result.ttl;
	f->expires = f->created + f->ttl * INT64_C(1000000);
	return ADMIN_DONE;
}

static enum admin_exit
talk_close(int64_t forward)
{
	struct msg m;

	msg_init(&m, MSG_FORWARD_REQUEST, 0);
	m.forward_request.what = REQUEST_CLOSE;
	m.forward_request.forward = forward;
	return talk_request(&m, &forward);
}

const struct desk talk_desk = {talk_open, talk_close};

enum admin_exit
talk_page_key(char key[ACT_KEY])
{
	struct msg m;
	int fd;

	msg_init(&m, MSG_PAGE_KEY, 0);
	talk_say(&m);
	talk_hear(MSG_PAGE_KEY, &m, &fd);
	snprintf(key, ACT_KEY, "%s", m.page_key.key);
	return *key != '\0' ? ADMIN_DONE
			    : admin_fail("the server is busy: try again");
}

enum admin_exit
talk_paste(struct paste *p, char installer[INSTALLER_HEX])
{
	char *line, *rest;
	struct msg m;
	int fd;

	msg_init(&m, MSG_PASTE, 0);
	talk_say(&m);
	talk_hear(MSG_PASTE, &m, &fd);
	p->port = m.paste.port;
	if (*m.paste.server != '\0' && paste_server(p, m.paste.server) == -1)
		return admin_fail("public-name in et-sshd.conf is not HOST, "
				  "HOST:PORT or [IPv6]:PORT");
	snprintf(installer, INSTALLER_HEX, "%s", m.paste.installer);
	for (rest = m.paste.keys; (line = strsep(&rest, "\n")) != NULL;)
		if (*line != '\0' && p->keys < PASTE_KEYS &&
		    (p->key[p->keys++] = strdup(line)) == NULL)
			return admin_fail("out of memory");
	return ADMIN_DONE;
}
