/*
 * Two real et-sshd-link against each other: the lives of streams.
 */
#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "link_node.h"
#include "unit.h"

#define NUMBER UINT64_C(0xfedcba9876543210)
#define SECRET 0x5a
#define MIB (1024 * 1024)

static struct node a, b; /* a dials, b accepts; the stream is 1 there, 2 here */

static int
set_up(void **state)
{
	(void)state;
	node_start(&a);
	node_start(&b);
	return 0;
}

/* Each test leaves no stream, no message, and processes that go on. */
static int
tear_down(void **state)
{
	(void)state;
	node_expect_nothing(&a);
	node_expect_nothing(&b);
	node_stop(&a);
	node_stop(&b);
	return 0;
}

/* A connection between them whose key b is asked for. */
static void
dial(void)
{
	int tcp[2];

	tcp_pair(tcp);
	node_dial(&a, 1, NUMBER, SECRET, tcp[0]);
	node_accept(&b, 2, tcp[1]);
	node_expect(&b, MSG_LINK_ASK, 2);
	assert_true(b.got.link.number == NUMBER);
}

static void
dial_open(void)
{
	dial();
	node_key(&b, 2, true, SECRET);
	node_expect(&b, MSG_LINK_OPEN, 2);
}

/* A joined stream; the test's two local ends. */
static void
dial_joined(int *at_a, int *at_b)
{
	int local[2];

	dial_open();
	local_pair(local);
	*at_b = local[0];
	node_stream(&b, 2, local[1]);
	node_expect(&a, MSG_LINK_ANSWER, 1);
	assert_int_equal(a.got.link_answer.answer, LINK_JOINED);
	local_pair(local);
	*at_a = local[0];
	node_stream(&a, 1, local[1]);
}

static void
expect_bytes(const struct node *n, uint64_t in, uint64_t out)
{
	assert_int_equal(n->got.link_closed.bytes_in, in);
	assert_int_equal(n->got.link_closed.bytes_out, out);
	assert_int_equal(n->got.link_closed.stranger, 0);
}

static void
joined(void **state)
{
	int x, y;
	char buf[16];

	(void)state;
	dial_joined(&x, &y);
	assert_int_equal(send(y, "SSH-2.0-x\r\n", 11, 0), 11);
	assert_int_equal(read_all(x, buf, 11), 11);
	assert_memory_equal(buf, "SSH-2.0-x\r\n", 11);
	assert_int_equal(send(x, "hello", 5, 0), 5);
	assert_int_equal(read_all(y, buf, 5), 5);
	assert_memory_equal(buf, "hello", 5);
	close(x);
	expect_eof(y);
	close(y);
	node_expect_closed(&a, 1, "closed");
	expect_bytes(&a, 11, 5);
	node_expect_closed(&b, 2, "closed");
	expect_bytes(&b, 5, 11);
}

/* One side's end passes, and the other goes on sending. */
static void
half_closed(void **state)
{
	char buf[8];
	int x, y;

	(void)state;
	dial_joined(&x, &y);
	assert_int_equal(send(x, "ask", 3, 0), 3);
	shutdown(x, SHUT_WR);
	assert_int_equal(read_all(y, buf, 3), 3);
	expect_eof(y);
	node_expect_nothing(&a);
	node_expect_nothing(&b);
	assert_int_equal(send(y, "answer", 6, 0), 6);
	shutdown(y, SHUT_WR);
	assert_int_equal(read_all(x, buf, 6), 6);
	expect_eof(x);
	node_expect_closed(&a, 1, "closed");
	expect_bytes(&a, 6, 3);
	node_expect_closed(&b, 2, "closed");
	close(x);
	close(y);
}

/* The local end is closed although the other node sends on. */
static void
deaf(void **state)
{
	struct pollfd p;
	char junk[4096] = {0};
	int x, y;

	(void)state;
	dial_joined(&x, &y);
	close(x);
	p = (struct pollfd){.fd = y, .events = POLLOUT};
	while (poll(&p, 1, 10000) == 1 &&
	       send(y, junk, sizeof(junk), MSG_NOSIGNAL | MSG_DONTWAIT) > 0)
		;
	assert_int_equal(errno, EPIPE);
	close(y);
	node_expect_closed(&a, 1, "closed");
	assert_int_equal(a.got.link_closed.bytes_in, 0);
	node_expect(&b, MSG_LINK_CLOSED, 2);
}

static void
ended_by_monitor(void **state)
{
	int x, y;

	(void)state;
	dial_joined(&x, &y);
	node_end(&b, 2, LINK_LOST);
	node_expect_closed(&b, 2, "ended");
	expect_eof(y);
	expect_eof(x);
	node_expect_closed(&a, 1, "connection lost");
	node_end(&a, 1, LINK_LOST); /* as if it had crossed */
	node_key(&a, 1, true, 0);
	close(x);
	close(y);
}

static void
answers(void **state)
{
	static const enum msg_link_result all[] = {
	    LINK_REFUSED, LINK_FULL, LINK_LOST};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		dial_open();
		node_end(&b, 2, all[i]);
		node_expect(&a, MSG_LINK_ANSWER, 1);
		assert_int_equal(a.got.link_answer.answer, all[i]);
		node_expect_closed(&a, 1, "not joined");
		node_expect_closed(&b, 2, "not joined");
		expect_bytes(&b, 0, 0);
	}
}

/* A monitor does not know the number, or says no to its second use. */
static void
unknown_ticket(void **state)
{
	(void)state;
	dial();
	node_key(&b, 2, false, 0);
	node_expect_closed(&b, 2, "unknown ticket");
	assert_int_equal(b.got.link_closed.stranger, 1);
	node_expect_closed(&a, 1, "connection lost");
}

static void
wrong_secret(void **state)
{
	(void)state;
	dial();
	node_key(&b, 2, true, SECRET + 1);
	node_expect_closed(&b, 2, "handshake failed");
	assert_int_equal(b.got.link_closed.stranger, 1);
	node_expect(&a, MSG_LINK_CLOSED, 1);
}

/* The asker gives up before the device is joined. */
static void
given_up(void **state)
{
	(void)state;
	dial_open();
	node_end(&a, 1, LINK_LOST);
	node_expect_closed(&a, 1, "ended");
	node_expect_closed(&b, 2, "connection lost");
	assert_int_equal(b.got.link_closed.stranger, 0);
}

/* A monitor that never answers LINK_ASK, and a node that never answers. */
static void
timeouts(void **state)
{
	int tcp[2];

	(void)state;
	dial();
	node_expect(&a, MSG_LINK_CLOSED, 1);
	node_expect_closed(&b, 2, "timeout");
	tcp_pair(tcp);
	node_dial(&a, 1, NUMBER, SECRET, tcp[0]);
	node_expect_closed(&a, 1, "timeout");
	close(tcp[1]);
}

/* --- many bytes ---------------------------------------------------------- */

#define PIECE (256 * 1024)

struct side {
	int fd;
	uint64_t sent;
	uint64_t got;
	uint64_t seed;
	uint8_t *ahead; /* the bytes to be sent */
	uint8_t *check; /* and to come */
	bool ended;
};

/* Byte at is the same function of it on both sides, and never periodic. */
static void
make_bytes(uint8_t *out, uint64_t at, size_t n, uint64_t seed)
{
	uint64_t x;
	size_t i;

	for (i = 0; i < n; i += 8) {
		x = (at + i) * UINT64_C(0x9e3779b97f4a7c15) + seed;
		x ^= x >> 29;
		memcpy(out + i, &x, 8);
	}
}

static void
side_send(struct side *s, uint64_t total)
{
	size_t at = s->sent % PIECE;
	ssize_t n;

	if (at == 0)
		make_bytes(s->ahead, s->sent, PIECE, s->seed);
	n = send(s->fd, s->ahead + at, PIECE - at, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n == -1)
		return;
	s->sent += (uint64_t)n;
	if (s->sent == total)
		shutdown(s->fd, SHUT_WR);
}

static void
side_receive(struct side *s, uint64_t seed)
{
	static uint8_t buf[PIECE];
	size_t at = s->got % PIECE;
	ssize_t n;

	if (at == 0)
		make_bytes(s->check, s->got, PIECE, seed);
	n = recv(s->fd, buf, PIECE - at, MSG_DONTWAIT);
	if (n == 0)
		s->ended = true;
	if (n <= 0)
		return;
	assert_memory_equal(buf, s->check + at, (size_t)n);
	s->got += (uint64_t)n;
}

/* total bytes each way at once. */
static void
exchange(struct side side[2], uint64_t total)
{
	struct pollfd p[2];
	int i;

	while (!side[0].ended || !side[1].ended) {
		for (i = 0; i < 2; i++) {
			p[i] = (struct pollfd){.fd = side[i].fd};
			if (!side[i].ended)
				p[i].events |= POLLIN;
			if (side[i].sent < total)
				p[i].events |= POLLOUT;
		}
		assert_true(poll(p, 2, 10000) > 0);
		for (i = 0; i < 2; i++) {
			if (p[i].revents & POLLOUT)
				side_send(&side[i], total);
			if (p[i].revents & (POLLIN | POLLHUP))
				side_receive(&side[i], side[!i].seed);
		}
	}
}

static void
integrity(void **state)
{
	const uint64_t total =
	    (getenv("ETPH_LONG") != NULL ? UINT64_C(2048) : 64) * MIB;
	struct side side[2];
	int fd[2], i;

	(void)state;
	memset(side, 0, sizeof(side));
	dial_joined(&fd[0], &fd[1]);
	for (i = 0; i < 2; i++) {
		side[i].fd = fd[i];
		side[i].seed = (uint64_t)i + 1;
		side[i].ahead = malloc(PIECE);
		side[i].check = malloc(PIECE);
		assert_non_null(side[i].ahead);
		assert_non_null(side[i].check);
	}
	exchange(side, total);
	for (i = 0; i < 2; i++) {
		assert_int_equal(side[i].got, total);
		close(side[i].fd);
		free(side[i].ahead);
		free(side[i].check);
	}
	node_expect_closed(&a, 1, "closed");
	expect_bytes(&a, total, total);
	node_expect_closed(&b, 2, "closed");
	expect_bytes(&b, total, total);
}

static int
tear_down_measured(void **state)
{
	double gb =
	    (getenv("ETPH_LONG") != NULL ? 4096. : 128.) / 1000 * (MIB / 1e6);

	tear_down(state);
	print_message(
	    "CPU: %.2f s a GB in both processes\n", (a.cpu + b.cpu) / gb);
	return 0;
}

/* A side that does not read: its node, and the other, keep little. */
static void
back_pressure(void **state)
{
	static uint8_t junk[PIECE];
	struct pollfd p;
	long before_a = node_memory(&a), before_b = node_memory(&b);
	uint64_t sent = 0, got = 0;
	size_t more;
	ssize_t n;
	int x, y;

	(void)state;
	dial_joined(&x, &y);
	p = (struct pollfd){.fd = x, .events = POLLOUT};
	while (poll(&p, 1, 300) == 1) {
		n = send(x, junk, sizeof(junk), MSG_DONTWAIT);
		if (n > 0)
			sent += (uint64_t)n;
		assert_true(sent < 64 * MIB);
	}
	assert_true(node_memory(&a) - before_a < 1024);
	assert_true(node_memory(&b) - before_b < 1024);
	/* The other way passes, and nothing is lost. */
	assert_int_equal(send(y, "back", 4, 0), 4);
	assert_int_equal(read_all(x, junk, 4), 4);
	shutdown(x, SHUT_WR);
	while ((more = read_all(y, junk, sizeof(junk))) > 0)
		got += more;
	assert_int_equal(got, sent);
	close(y);
	close(x);
	node_expect_closed(&a, 1, "closed");
	node_expect_closed(&b, 2, "closed");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(joined),
	    TEST(half_closed),
	    TEST(deaf),
	    TEST(ended_by_monitor),
	    TEST(answers),
	    TEST(unknown_ticket),
	    TEST(wrong_secret),
	    TEST(given_up),
	    TEST(timeouts),
	    cmocka_unit_test_setup_teardown(
		integrity, set_up, tear_down_measured),
	    TEST(back_pressure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
