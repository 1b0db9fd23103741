#include "config.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "link_node.h"
#include "unit.h"

#define PATIENCE 10000 /* ms */

static void
node_send(struct node *n, const struct msg *m, int fd)
{
	struct msgq *q = msgq_new(n->sock, 1 << 20);

	assert_non_null(q);
	assert_int_equal(msgq_send(q, m, fd), MSG_OK);
	while (msgq_pending(q) > 0)
		assert_int_equal(msgq_flush(q), MSG_OK);
	msgq_free(q);
	if (fd != -1)
		close(fd);
}

void
node_start(struct node *n)
{
	struct msg m;
	int sv[2];

	memset(n, 0, sizeof(*n));
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv), 0);
	n->pid = fork();
	assert_true(n->pid != -1);
	if (n->pid == 0) {
		if (dup2(sv[1], MSG_FD) == MSG_FD)
			execl(LINK, "et-sshd-link", (char *)NULL);
		_exit(126);
	}
	close(sv[1]);
	n->sock = sv[0];
	msg_init(&m, MSG_LINK_SETUP, 0);
	m.link_setup.nofile = 2 * NODE_STREAMS + 64;
	m.link_setup.streams = NODE_STREAMS;
	m.link_setup.timeout = NODE_TIMEOUT;
	node_send(n, &m, -1);
	node_expect(n, MSG_READY, 0);
}

void
node_stop(struct node *n)
{
	struct rusage u;
	int status;

	close(n->sock);
	assert_int_equal(wait4(n->pid, &status, 0, &u), n->pid);
	assert_int_equal(status, 0);
	n->cpu = (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
		 (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void
node_send_key(struct node *n, enum msg_type type, uint64_t id, uint64_t number,
    uint32_t ok, uint8_t secret, int fd)
{
	struct msg m;

	msg_init(&m, type, 0);
	m.link_key.id = id;
	m.link_key.number = number;
	m.link_key.ok = ok;
	memset(m.link_key.secret, secret, sizeof(m.link_key.secret));
	node_send(n, &m, fd);
}

void
node_dial(struct node *n, uint64_t id, uint64_t number, uint8_t secret, int fd)
{
	node_send_key(n, MSG_LINK_DIAL, id, number, 0, secret, fd);
}

void
node_key(struct node *n, uint64_t id, bool ok, uint8_t secret)
{
	node_send_key(n, MSG_LINK_KEY, id, 0, ok, secret, -1);
}

static void
node_send_link(struct node *n, enum msg_type type, uint64_t id, int fd)
{
	struct msg m;

	msg_init(&m, type, 0);
	m.link.id = id;
	node_send(n, &m, fd);
}

void
node_accept(struct node *n, uint64_t id, int fd)
{
	node_send_link(n, MSG_LINK_ACCEPT, id, fd);
}

void
node_stream(struct node *n, uint64_t id, int fd)
{
	node_send_link(n, MSG_LINK_STREAM, id, fd);
}

void
node_end(struct node *n, uint64_t id, enum msg_link_result answer)
{
	struct msg m;

	msg_init(&m, MSG_LINK_END, 0);
	m.link_answer.id = id;
	m.link_answer.answer = answer;
	node_send(n, &m, -1);
}

static void
node_receive(struct node *n, enum msg_type type)
{
	struct pollfd p = {.fd = n->sock, .events = POLLIN};
	const char *reason;
	int fd;

	assert_int_equal(poll(&p, 1, PATIENCE), 1);
	assert_int_equal(msg_recv(n->sock, &n->got, &fd, &reason), MSG_OK);
	if (n->got.type == MSG_LINK_CLOSED && type != MSG_LINK_CLOSED)
		print_message("closed: %s\n", n->got.link_closed.reason);
	assert_string_equal(msg_name(n->got.type), msg_name(type));
}

void
node_expect(struct node *n, enum msg_type type, uint64_t id)
{
	uint64_t of;

	node_receive(n, type);
	/* The id is the first field of each message of a stream. */
	of = type == MSG_READY ? 0 : n->got.link.id;
	assert_int_equal(of, id);
}

void
node_expect_closed(struct node *n, uint64_t id, const char *reason)
{
	node_expect(n, MSG_LINK_CLOSED, id);
	assert_string_equal(n->got.link_closed.reason, reason);
}

void
node_expect_all_closed(struct node *n, size_t streams, const char *reason)
{
	while (streams-- > 0) {
		node_receive(n, MSG_LINK_CLOSED);
		assert_string_equal(n->got.link_closed.reason, reason);
	}
}

void
node_expect_nothing(struct node *n)
{
	const char *reason;
	int fd;

	assert_int_equal(msg_recv(n->sock, &n->got, &fd, &reason), MSG_AGAIN);
}

long
node_memory(const struct node *n)
{
	char path[64], line[128];
	long kib = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)n->pid);
	f = fopen(path, "re");
	assert_non_null(f);
	while (kib == -1 && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "VmRSS:", 6) == 0)
			kib = strtol(line + 6, NULL, 10);
	fclose(f);
	assert_true(kib > 0);
#ifdef SANITIZE /* it keeps what was freed */
	kib = 0;
#endif
	return kib;
}

void
tcp_pair(int fds[2])
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);
	int on, i;

	on = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	fds[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(on, (struct sockaddr *)&a, len), 0);
	assert_int_equal(listen(on, 1), 0);
	assert_int_equal(getsockname(on, (struct sockaddr *)&a, &len), 0);
	assert_int_equal(connect(fds[0], (struct sockaddr *)&a, len), 0);
	fds[1] = accept4(on, NULL, NULL, SOCK_CLOEXEC);
	assert_true(fds[1] != -1);
	close(on);
	for (i = 0; i < 2; i++)
		fcntl(fds[i], F_SETFL, O_NONBLOCK);
}

void
local_pair(int fds[2])
{
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	fcntl(fds[1], F_SETFL, O_NONBLOCK);
}

size_t
read_all(int fd, void *buf, size_t size)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	size_t got = 0;
	ssize_t n = 1;

	while (got < size && n > 0) {
		assert_int_equal(poll(&p, 1, PATIENCE), 1);
		n = recv(fd, (char *)buf + got, size - got, MSG_DONTWAIT);
		if (n > 0)
			got += (size_t)n;
	}
	return got;
}

void
expect_eof(int fd)
{
	char byte;

	assert_int_equal(read_all(fd, &byte, 1), 0);
}
