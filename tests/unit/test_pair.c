#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"
#include "unit.h"

/* Both streams, and how often each was told to look. */
struct both {
	struct stream *stream[2];
	unsigned int told[2];
};

static void
count(void *arg)
{
	++*(unsigned int *)arg;
}

static void
open_both(struct both *b)
{
	struct stream_use use = {.ready = count};
	int i;

	memset(b, 0, sizeof(*b));
	assert_true(stream_pair(b->stream));
	for (i = 0; i < 2; i++) {
		use.arg = &b->told[i];
		stream_attach(b->stream[i], &use);
	}
}

static void
close_both(struct both *b)
{
	stream_close(b->stream[0]);
	stream_close(b->stream[1]);
}

static void
send_all(struct stream *e, const void *bytes, size_t len)
{
	assert_int_equal(stream_send(e, bytes, len), len);
}

static void
fails(ssize_t got, int error)
{
	assert_int_equal(got, -1);
	assert_int_equal(errno, error);
}

static void
passes_bytes_both_ways(void **state)
{
	struct both b;
	char got[16];

	(void)state;
	open_both(&b);
	fails(stream_receive(b.stream[0], got, sizeof(got)), EAGAIN);
	send_all(b.stream[0], "hello", 5);
	send_all(b.stream[1], "good day", 8);
	assert_int_equal(stream_receive(b.stream[1], got, 2), 2);
	assert_memory_equal(got, "he", 2);
	assert_int_equal(stream_receive(b.stream[1], got, sizeof(got)), 3);
	assert_memory_equal(got, "llo", 3);
	assert_int_equal(stream_receive(b.stream[0], got, sizeof(got)), 8);
	assert_memory_equal(got, "good day", 8);
	close_both(&b);
}

/* More than there is room for, in odd pieces: nothing is lost or doubled. */
static void
is_bounded_and_in_order(void **state)
{
	static uint8_t out[1009], in[777];
	size_t sent = 0, got = 0, i;
	struct both b;
	ssize_t n;

	(void)state;
	open_both(&b);
	while (got < 8 * STREAM_ROOM) {
		for (i = 0; i < sizeof(out); i++)
			out[i] = (uint8_t)((sent + i) * 7 + (sent + i) / 251);
		while ((n = stream_send(b.stream[0], out, sizeof(out))) > 0) {
			sent += (size_t)n;
			for (i = 0; i < sizeof(out); i++)
				out[i] = (uint8_t)((sent + i) * 7 +
						   (sent + i) / 251);
		}
		fails(n, EAGAIN);
		assert_int_equal(sent - got, STREAM_ROOM);
		n = stream_receive(b.stream[1], in, sizeof(in));
		assert_int_equal(n, sizeof(in));
		for (i = 0; i < (size_t)n; i++, got++)
			assert_int_equal(in[i], (uint8_t)(got * 7 + got / 251));
	}
	close_both(&b);
}

static void
each_way_ends_by_itself(void **state)
{
	struct both b;
	char got[16];

	(void)state;
	open_both(&b);
	send_all(b.stream[0], "last", 4);
	stream_shutdown(b.stream[0], SHUT_WR);
	fails(stream_send(b.stream[0], "x", 1), EPIPE);
	assert_int_equal(stream_receive(b.stream[1], got, sizeof(got)), 4);
	assert_int_equal(stream_receive(b.stream[1], got, sizeof(got)), 0);
	/* The other way goes on. */
	assert_int_equal(stream_send(b.stream[1], "", 0), 0);
	send_all(b.stream[1], "yet", 3);
	assert_int_equal(stream_receive(b.stream[0], got, sizeof(got)), 3);
	close_both(&b);
}

static void
closed_is_the_end_of_both(void **state)
{
	struct both b;
	char got[16];

	(void)state;
	open_both(&b);
	send_all(b.stream[0], "last", 4);
	send_all(b.stream[1], "lost", 4);
	stream_close(b.stream[0]);
	fails(stream_send(b.stream[1], "x", 1), EPIPE);
	fails(stream_send(b.stream[1], "", 0), EPIPE);
	assert_int_equal(stream_receive(b.stream[1], got, sizeof(got)), 4);
	assert_int_equal(stream_receive(b.stream[1], got, sizeof(got)), 0);
	stream_close(b.stream[1]);
	/* Cut: neither reads nor writes any more. */
	open_both(&b);
	send_all(b.stream[1], "lost", 4);
	stream_shutdown(b.stream[0], SHUT_RDWR);
	assert_int_equal(stream_receive(b.stream[0], got, sizeof(got)), 0);
	assert_int_equal(stream_receive(b.stream[1], got, sizeof(got)), 0);
	fails(stream_send(b.stream[1], "", 0), EPIPE);
	close_both(&b);
}

/* As epoll(7) would by level; of what is not watched nobody hears. */
static void
tells_who_watches(void **state)
{
	static uint8_t bytes[STREAM_ROOM];
	struct both b;

	(void)state;
	open_both(&b);
	send_all(b.stream[0], "x", 1);
	assert_int_equal(b.told[1], 0);
	stream_watch(b.stream[1], EV_READ);
	assert_int_equal(b.told[1], 1);
	assert_true(stream_events(b.stream[1]) & EV_READ);
	stream_receive(b.stream[1], bytes, 1);
	assert_false(stream_events(b.stream[1]) & EV_READ);
	send_all(b.stream[0], bytes, sizeof(bytes));
	assert_int_equal(b.told[1], 2);
	/* Full: room is worth a word from one half on. */
	assert_false(stream_events(b.stream[0]) & EV_WRITE);
	stream_watch(b.stream[0], EV_WRITE);
	assert_int_equal(b.told[0], 0);
	stream_receive(b.stream[1], bytes, STREAM_ROOM / 2 - 1);
	assert_int_equal(b.told[0], 0);
	stream_receive(b.stream[1], bytes, 1);
	assert_int_equal(b.told[0], 1);
	assert_true(stream_events(b.stream[0]) & EV_WRITE);
	stream_watch(b.stream[0], EV_READ);
	assert_int_equal(b.told[0], 1);
	stream_close(b.stream[1]);
	assert_int_equal(b.told[0], 2);
	stream_close(b.stream[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(passes_bytes_both_ways),
	    cmocka_unit_test(is_bounded_and_in_order),
	    cmocka_unit_test(each_way_ends_by_itself),
	    cmocka_unit_test(closed_is_the_end_of_both),
	    cmocka_unit_test(tells_who_watches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
