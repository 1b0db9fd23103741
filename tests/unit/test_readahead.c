/*
 * What libssh gets from recv and poll while a connection is read ahead.
 */
#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "readahead.h"
#include "unit.h"

#define PIECE 4096

static int pair[2];
static char sent[3 * PIECE];

static int
make_pair(void **unused)
{
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(sent); i++)
		sent[i] = (char)(i * 7 + i / 251);
	return socketpair(
	    AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair);
}

static int
close_pair(void **unused)
{
	(void)unused;
	readahead_end();
	close(pair[0]);
	close(pair[1]);
	return 0;
}

static short
poll_for(short events)
{
	struct pollfd p = {.fd = pair[0], .events = events};

	assert_int_not_equal(poll(&p, 1, 0), -1);
	return p.revents;
}

/* How much the kernel still has. */
static ssize_t
in_kernel(void)
{
	static char all[sizeof(sent)];
	ssize_t n = recvfrom(
	    pair[0], all, sizeof(all), MSG_PEEK | MSG_DONTWAIT, NULL, NULL);

	return n == -1 && errno == EAGAIN ? 0 : n;
}

static void
in_one_piece(void **unused)
{
	char got[PIECE];
	size_t i;

	(void)unused;
	assert_int_equal(
	    send(pair[1], sent, sizeof(sent), 0), (ssize_t)sizeof(sent));
	readahead_begin(pair[0]);
	for (i = 0; i < sizeof(sent) / PIECE; i++) {
		assert_int_equal(poll_for(POLLIN), POLLIN);
		assert_int_equal(recv(pair[0], got, PIECE, 0), PIECE);
		assert_memory_equal(got, sent + i * PIECE, PIECE);
		assert_int_equal(in_kernel(), 0);
	}
	assert_int_equal(poll_for(POLLIN), 0);
	assert_int_equal(recv(pair[0], got, PIECE, 0), -1);
	assert_int_equal(errno, EAGAIN);
}

/* Asked for both, it tells of both. */
static void
writable_too(void **unused)
{
	char got;

	(void)unused;
	assert_int_equal(send(pair[1], sent, 2, 0), 2);
	readahead_begin(pair[0]);
	assert_int_equal(recv(pair[0], &got, 1, 0), 1);
	assert_int_equal(poll_for(POLLIN | POLLOUT), POLLIN | POLLOUT);
	assert_int_equal(poll_for(POLLOUT), POLLOUT);
}

/* After the rest was asked for nothing is received any more. */
static void
the_rest(void **unused)
{
	char got[PIECE];

	(void)unused;
	assert_int_equal(send(pair[1], sent, 10, 0), 10);
	readahead_begin(pair[0]);
	assert_int_equal(recv(pair[0], got, 4, 0), 4);
	assert_int_equal(send(pair[1], sent, 10, 0), 10);
	assert_int_equal(readahead_rest(), 6);
	assert_int_equal(recv(pair[0], got, PIECE, 0), 6);
	assert_memory_equal(got, sent + 4, 6);
	assert_int_equal(readahead_rest(), 0);
	/* libssh takes EAGAIN for an error, where poll said POLLIN. */
	assert_int_equal(poll_for(POLLIN), 0);
	assert_int_equal(poll_for(POLLIN | POLLOUT), POLLOUT);
	assert_int_equal(recv(pair[0], got, PIECE, 0), -1);
	assert_int_equal(errno, EAGAIN);
	readahead_end();
	assert_int_equal(recv(pair[0], got, PIECE, 0), 10);
}

static void
the_end(void **unused)
{
	char got[PIECE];

	(void)unused;
	assert_int_equal(send(pair[1], sent, 1, 0), 1);
	shutdown(pair[1], SHUT_WR);
	readahead_begin(pair[0]);
	assert_int_equal(recv(pair[0], got, PIECE, 0), 1);
	assert_int_equal(recv(pair[0], got, PIECE, 0), 0);
}

/* Other descriptors, and flags, are the kernel's. */
static void
others(void **unused)
{
	char got[PIECE];

	(void)unused;
	assert_int_equal(send(pair[1], sent, 8, 0), 8);
	assert_int_equal(send(pair[0], sent, 8, 0), 8);
	readahead_begin(pair[0]);
	assert_int_equal(recv(pair[1], got, 4, 0), 4);
	assert_int_equal(recv(pair[1], got, PIECE, 0), 4);
	assert_int_equal(recv(pair[0], got, 4, MSG_PEEK), 4);
	assert_int_equal(in_kernel(), 8);
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, make_pair, close_pair)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    EACH(in_one_piece),
	    EACH(writable_too),
	    EACH(the_rest),
	    EACH(the_end),
	    EACH(others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
