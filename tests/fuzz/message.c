#include "config.h"

#include <sys/socket.h>

#include <string.h>
#include <unistd.h>

#include "message.h"

#define HEAD offsetof(struct msg, setup)

void
message_read(struct message *m, struct input *in)
{
	size_t offset, n;
	uint8_t patches;

	memset(m, 0, sizeof(*m));
	m->msg.type = input_byte(in);
	m->msg.conn = input_byte(in);
	m->how = input_byte(in);
	for (patches = input_byte(in); patches > 0; patches--) {
		offset = HEAD + input_number(in);
		n = input_byte(in);
		if (offset > sizeof(m->msg))
			offset = sizeof(m->msg);
		if (n > sizeof(m->msg) - offset)
			n = sizeof(m->msg) - offset;
		input_bytes(in, (char *)&m->msg + offset, n);
	}
	m->len = msg_size(m->msg.type);
	if (m->how & MESSAGE_CUT)
		m->len = input_number(in);
	if (m->len > sizeof(m->msg))
		m->len = sizeof(m->msg);
}

bool
message_send(const struct message *m, int sock, int fd)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(3 * sizeof(int))];
	} control = {.buf = {0}};
	int fds[] = {fd, fd, fd};
	size_t n = (m->how & MESSAGE_FDS) * sizeof(int);
	struct iovec iov = {
	    .iov_base = (void *)(uintptr_t)&m->msg, .iov_len = m->len};
	struct msghdr hdr = {.msg_iov = &iov, .msg_iovlen = 1};
	struct cmsghdr *c;

	if (n > 0) {
		hdr.msg_control = control.buf;
		hdr.msg_controllen = CMSG_SPACE(n);
		c = CMSG_FIRSTHDR(&hdr);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(n);
		memcpy(CMSG_DATA(c), fds, n);
	}
	return sendmsg(sock, &hdr, MSG_NOSIGNAL | MSG_DONTWAIT) != -1;
}

void
message_drain(int sock)
{
	enum msg_result r;
	const char *reason;
	struct msg msg;
	int fd;

	while ((r = msg_recv(sock, &msg, &fd, &reason)) == MSG_OK)
		if (fd != -1)
			close(fd);
	MUST(r != MSG_BAD);
}
