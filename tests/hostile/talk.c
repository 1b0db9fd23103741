#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hostile.h"

struct hostile it = {
    .sign = -1, .whose = "key", .streams = {-1, -1}, .attached = STDERR_FILENO};

void
fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vdprintf(STDERR_FILENO, fmt, ap);
	va_end(ap);
	dprintf(STDERR_FILENO, "\n");
	_exit(1);
}

void
send_bytes(int sock, const void *bytes, size_t len, size_t nfds)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(253 * sizeof(int))];
	} control = {.buf = {0}};
	struct iovec iov = {(void *)(uintptr_t)bytes, len};
	struct msghdr hdr = {.msg_iov = &iov, .msg_iovlen = 1};
	struct pollfd p = {.fd = sock, .events = POLLOUT};
	struct cmsghdr *c;
	size_t i;

	if (nfds > 0) {
		hdr.msg_control = control.buf;
		hdr.msg_controllen = CMSG_SPACE(nfds * sizeof(int));
		c = CMSG_FIRSTHDR(&hdr);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(nfds * sizeof(int));
		for (i = 0; i < nfds; i++)
			memcpy(CMSG_DATA(c) + i * sizeof(int), &it.attached,
			    sizeof(int));
	}
	/* Gone is what we are to be: killed in a moment. */
	while (sendmsg(sock, &hdr, MSG_NOSIGNAL) == -1 && errno == EAGAIN)
		poll(&p, 1, -1);
}

void
say(const struct msg *m)
{
	send_bytes(MSG_FD, m, msg_size(m->type), 0);
}

void
say_type(enum msg_type type, uint64_t conn)
{
	struct msg m;

	msg_init(&m, type, conn);
	say(&m);
}

/* A listening socket could be connected anywhere with. */
static void
check_descriptor(int fd)
{
	int listens = 0;
	socklen_t len = sizeof(listens);

	if (fd >= 0 &&
	    getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len) == 0 &&
	    listens)
		fail("a listening socket came with %s", msg_name(it.got.type));
}

uint32_t
hear(int sock)
{
	const char *reason;
	int fd;

	switch (msg_recv(sock, &it.got, &fd, &reason)) {
	case MSG_OK:
		break;
	case MSG_AGAIN:
		return 0;
	default:
		if (it.leaves)
			_exit(0);
		pause();
	}
	check_descriptor(fd);
	if (it.got.type == MSG_CONN && it.nconns < CONNS) {
		it.conns[it.nconns] = it.got.conn;
		memcpy(
		    it.cookies[it.nconns], it.got.conn_new.cookie, MSG_COOKIE);
		it.sockets[it.nconns++] = fd;
	} else if (it.got.type == MSG_CONN) {
		close(fd);
		say_type(MSG_BYE, it.got.conn);
	} else if (it.got.type == MSG_SETUP)
		it.sign = fd;
	else if (it.got.type == MSG_STREAM)
		it.streams[it.got.stream.which == STREAM_ERR] = fd;
	else if (it.got.type == MSG_VISITOR && it.streams[0] == -1)
		it.streams[0] = fd;
	else if (fd != -1)
		close(fd);
	if (it.got.type == MSG_PING)
		say_type(MSG_PONG, 0);
	return it.got.type;
}

void
wait_for(int sock, enum msg_type type)
{
	struct pollfd p = {.fd = sock, .events = POLLIN};

	while (hear(sock) != type)
		poll(&p, 1, -1);
}

uint64_t
conn(size_t i)
{
	while (it.nconns <= i)
		wait_for(MSG_FD, MSG_CONN);
	return it.conns[i];
}
