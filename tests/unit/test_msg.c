#include "config.h"

#include <sys/resource.h>
#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "msg.h"
#include "unit.h"

struct pair {
	int a;
	int b;
};

static int
pair_make(void **state)
{
	static struct pair p;
	int sv[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) == -1)
		return -1;
	p.a = sv[0];
	p.b = sv[1];
	*state = &p;
	return 0;
}

static int
pair_close(void **state)
{
	struct pair *p = *state;

	close(p->a);
	close(p->b);
	return 0;
}

/* Receive at b; a descriptor that comes is closed. */
static enum msg_result
take(struct pair *p, struct msg *m, const char **reason)
{
	enum msg_result r;
	int fd;

	r = msg_recv(p->b, m, &fd, reason);
	if (fd != -1)
		close(fd);
	return r;
}

static void
send_raw(struct pair *p, const void *bytes, size_t len, int nfds)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(3 * sizeof(int))];
	} control = {.buf = {0}};
	struct iovec iov = {(void *)(uintptr_t)bytes, len};
	struct msghdr hdr = {.msg_iov = &iov, .msg_iovlen = 1};
	int fds[3] = {p->a, p->a, p->a};
	struct cmsghdr *c;

	if (nfds > 0) {
		hdr.msg_control = control.buf;
		hdr.msg_controllen = CMSG_SPACE((size_t)nfds * sizeof(int));
		c = CMSG_FIRSTHDR(&hdr);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN((size_t)nfds * sizeof(int));
		memcpy(CMSG_DATA(c), fds, (size_t)nfds * sizeof(int));
	}
	assert_int_equal(sendmsg(p->a, &hdr, 0), len);
}

static int
open_descriptors(void)
{
	int fd, n = 0;

	for (fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) != -1;
	return n;
}

static void
every_type_has_one_size(void **state)
{
	static struct msg m, got;
	struct pair *p = *state;
	const char *reason;
	uint32_t type;

	for (type = 1; type < MSG_TYPES; type++) {
		assert_true(msg_size(type) > 0); /* it has its shape */
		assert_true(msg_size(type) <= sizeof(m));
		assert_string_not_equal(msg_name(type), "?");
		msg_init(&m, (enum msg_type)type, 7);
		send_raw(p, &m, msg_size(type) - 1, 0);
		assert_int_equal(take(p, &got, &reason), MSG_BAD);
		if (msg_size(type) < sizeof(m)) {
			send_raw(p, &m, msg_size(type) + 1, 0);
			assert_int_equal(take(p, &got, &reason), MSG_BAD);
			assert_string_equal(reason, "wrong size");
		}
	}
	assert_int_equal(msg_size(0), 0);
	assert_int_equal(msg_size(MSG_TYPES), 0);
	assert_int_equal(msg_size(UINT32_MAX), 0);
}

static void
refuses_garbage(void **state)
{
	static char big[sizeof(struct msg) + 64];
	struct pair *p = *state;
	const char *reason;
	struct msg m;

	assert_int_equal(take(p, &m, &reason), MSG_AGAIN);
	send_raw(p, "x", 1, 0);
	assert_int_equal(take(p, &m, &reason), MSG_BAD);
	memset(big, 0xff, sizeof(big));
	send_raw(p, big, 64, 0);
	assert_int_equal(take(p, &m, &reason), MSG_BAD);
	assert_string_equal(reason, "no such message");
	/* Longer than any: it does not pass for its beginning. */
	msg_init((struct msg *)(void *)big, MSG_READY, 0);
	send_raw(p, big, sizeof(big), 0);
	assert_int_equal(take(p, &m, &reason), MSG_BAD);
	assert_string_equal(reason, "wrong size");
	shutdown(p->a, SHUT_WR);
	assert_int_equal(take(p, &m, &reason), MSG_EOF);
}

static void
text_has_to_end(void **state)
{
	struct pair *p = *state;
	const char *reason;
	struct msg m;

	msg_init(&m, MSG_CLOSE, 1);
	memset(m.close.reason, 'x', sizeof(m.close.reason));
	send_raw(p, &m, msg_size(MSG_CLOSE), 0);
	assert_int_equal(take(p, &m, &reason), MSG_BAD);
	assert_string_equal(reason, "unterminated text");
	msg_init(&m, MSG_CLOSE, 1);
	memset(m.close.reason, 'x', sizeof(m.close.reason) - 1);
	send_raw(p, &m, msg_size(MSG_CLOSE), 0);
	assert_int_equal(take(p, &m, &reason), MSG_OK);
	assert_int_equal(m.conn, 1);
}

static void
text_has_to_end_in_each_record(void **state)
{
	struct pair *p = *state;
	const char *reason;
	struct msg m;
	char *tags;
	int i;

	for (i = 0; i < MSG_DEVICES; i++) {
		msg_init(&m, MSG_DEVICE, 0);
		m.devices.n = MSG_DEVICES;
		tags = m.devices.list[i].tags;
		memset(tags, 'x', MSG_TAGS - 1);
		send_raw(p, &m, msg_size(MSG_DEVICE), 0);
		assert_int_equal(take(p, &m, &reason), MSG_OK);
		tags[MSG_TAGS - 1] = 'x';
		send_raw(p, &m, msg_size(MSG_DEVICE), 0);
		assert_int_equal(take(p, &m, &reason), MSG_BAD);
		assert_string_equal(reason, "unterminated text");
	}
}

static void
records_are_counted(void **state)
{
	static const struct {
		enum msg_type type;
		size_t n; /* offset */
		uint32_t most;
	} all[] = {
	    {MSG_DEVICE, offsetof(struct msg, devices.n), MSG_DEVICES},
	    {MSG_KEY_OF, offsetof(struct msg, keys.n), MSG_KEYS},
	    {MSG_INBOX, offsetof(struct msg, inbox.n), MSG_PORTS},
	};
	struct pair *p = *state;
	const char *reason;
	struct msg m;
	uint32_t n;
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		msg_init(&m, all[i].type, 0);
		n = all[i].most;
		memcpy((char *)&m + all[i].n, &n, sizeof(n));
		send_raw(p, &m, msg_size(all[i].type), 0);
		assert_int_equal(take(p, &m, &reason), MSG_OK);
		n++;
		memcpy((char *)&m + all[i].n, &n, sizeof(n));
		send_raw(p, &m, msg_size(all[i].type), 0);
		assert_int_equal(take(p, &m, &reason), MSG_BAD);
		assert_string_equal(reason, "too many records");
	}
}

static void
descriptors_are_counted(void **state)
{
	struct pair *p = *state;
	const char *reason;
	struct msg m;
	int before = open_descriptors(), fd, i;

	msg_init(&m, MSG_CONN, 1);
	send_raw(p, &m, msg_size(MSG_CONN), 1);
	assert_int_equal(msg_recv(p->b, &m, &fd, &reason), MSG_OK);
	assert_int_not_equal(fd, -1);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	close(fd);
	send_raw(p, &m, msg_size(MSG_CONN), 0);
	assert_int_equal(take(p, &m, &reason), MSG_BAD);
	assert_string_equal(reason, "missing descriptor");
	for (i = 2; i <= 3; i++) {
		msg_init(&m, MSG_CONN, 1);
		send_raw(p, &m, msg_size(MSG_CONN), i);
		assert_int_equal(take(p, &m, &reason), MSG_BAD);
		assert_string_equal(reason, "unexpected descriptor");
	}
	msg_init(&m, MSG_READY, 0);
	send_raw(p, &m, msg_size(MSG_READY), 1);
	assert_int_equal(take(p, &m, &reason), MSG_BAD);
	/* Without a byte it looks like the end. */
	send_raw(p, "", 0, 2);
	assert_int_equal(take(p, &m, &reason), MSG_EOF);
	/* Whatever was refused was closed, too. */
	assert_int_equal(open_descriptors(), before);
}

/* A message that is not listed here cannot hand a worker anything. */
static void
descriptors_come_with_few(void **state)
{
	static const enum msg_type with[] = {MSG_SETUP, MSG_CONN, MSG_ACCEPTED,
	    MSG_REACHED, MSG_JOIN, MSG_FILE, MSG_STREAM, MSG_VISITOR,
	    MSG_LINK_DIAL, MSG_LINK_ACCEPT, MSG_LINK_STREAM};
	struct pair *p = *state;
	const char *reason;
	uint32_t type;
	bool may;
	struct msg m;
	size_t i;

	for (type = 1; type < MSG_TYPES; type++) {
		may = false;
		for (i = 0; i < sizeof(with) / sizeof(with[0]); i++)
			may = may || with[i] == type;
		msg_init(&m, (enum msg_type)type, 1);
		send_raw(p, &m, msg_size(type), 1);
		if ((take(p, &m, &reason) == MSG_OK) != may)
			fail_msg("%s: %s", msg_name(type), reason);
	}
}

/* Where this process may open no more, what was sent is lost, and said so. */
static void
descriptors_need_room(void **state)
{
	struct pair *p = *state;
	struct rlimit usual, none;
	const char *reason;
	struct msg m;
	int fd, next = dup(p->a);

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &usual), 0);
	none = usual;
	none.rlim_cur = (rlim_t)next;
	close(next);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	msg_init(&m, MSG_CONN, 1);
	send_raw(p, &m, msg_size(MSG_CONN), 1);
	assert_int_equal(msg_recv(p->b, &m, &fd, &reason), MSG_OK);
	assert_int_equal(fd, MSG_FD_LOST);
	msg_init(&m, MSG_REACHED, 1);
	send_raw(p, &m, msg_size(MSG_REACHED), 1);
	assert_int_equal(msg_recv(p->b, &m, &fd, &reason), MSG_OK);
	assert_int_equal(fd, MSG_FD_LOST);
	msg_init(&m, MSG_READY, 0);
	send_raw(p, &m, msg_size(MSG_READY), 1);
	assert_int_equal(msg_recv(p->b, &m, &fd, &reason), MSG_BAD);
	assert_int_equal(fd, -1);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &usual), 0);
	msg_init(&m, MSG_REACHED, 1);
	send_raw(p, &m, msg_size(MSG_REACHED), 0);
	assert_int_equal(msg_recv(p->b, &m, &fd, &reason), MSG_OK);
	assert_int_equal(fd, -1);
}

static void
queue_keeps_order_and_limit(void **state)
{
	struct pair *p = *state;
	struct msgq *q;
	const char *reason;
	struct msg m;
	uint64_t sent = 0, got = 0;

	fcntl(p->a, F_SETFL, O_NONBLOCK);
	assert_non_null(q = msgq_new(p->a, 20 * msg_size(MSG_PONG)));
	/* Until the socket is full and twenty more wait. */
	do
		msg_init(&m, MSG_PONG, ++sent);
	while (msgq_send(q, &m, -1) == MSG_OK);
	assert_int_equal(msgq_pending(q), 20 * msg_size(MSG_PONG));
	sent--;
	while (got < sent) {
		while (take(p, &m, &reason) == MSG_OK)
			assert_int_equal(m.conn, ++got);
		assert_int_equal(msgq_flush(q), MSG_OK);
	}
	assert_int_equal(msgq_pending(q), 0);
	assert_int_equal(take(p, &m, &reason), MSG_AGAIN);
	msgq_free(q);
	msgq_free(NULL);
}

static void
queue_tells_of_a_peer_gone(void **state)
{
	struct pair *p = *state;
	struct msgq *q;
	struct msg m;

	assert_non_null(q = msgq_new(p->a, 1000));
	shutdown(p->b, SHUT_RDWR);
	msg_init(&m, MSG_PONG, 1);
	assert_int_equal(msgq_send(q, &m, -1), MSG_EOF);
	msgq_free(q);
}

#define WITH_PAIR(test) \
	cmocka_unit_test_setup_teardown(test, pair_make, pair_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_PAIR(every_type_has_one_size),
	    WITH_PAIR(refuses_garbage),
	    WITH_PAIR(text_has_to_end),
	    WITH_PAIR(text_has_to_end_in_each_record),
	    WITH_PAIR(records_are_counted),
	    WITH_PAIR(descriptors_are_counted),
	    WITH_PAIR(descriptors_come_with_few),
	    WITH_PAIR(descriptors_need_room),
	    WITH_PAIR(queue_keeps_order_and_limit),
	    WITH_PAIR(queue_tells_of_a_peer_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
