/*
 * A visitor's stream and a device's, joined: each way by itself, no more in
 * memory than a piece, and what ends it.  And the notices.
 */
#include "config.h"

#include <sys/socket.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "notice.h"
#include "relay.h"
#include "unit.h"

#define GET "GET / HTTP/1.1\r\nHost: a.localhost\r\n\r\n"
#define OTHER "GET / HTTP/1.1\r\nHost: b.localhost\r\n\r\n"
#define MUCH (8 << 20) /* bytes, more than sockets hold */

struct scene {
	struct ev_loop *loop;
	struct relay *relay;
	int visitor; /* the test's ends */
	int device;
	const char *ended;
};

static void
on_ended(void *arg, const char *reason)
{
	struct scene *sc = arg;

	sc->ended = reason;
	relay_free(sc->relay);
	sc->relay = NULL;
}

static void
make_pair(int pair[2])
{
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
}

static struct scene *
begin(void)
{
	struct scene *sc = calloc(1, sizeof(*sc));
	struct first_bytes first;
	struct relay_use use = {.ended = on_ended};
	int pair[2];

	assert_non_null(sc);
	first_bytes_read((const uint8_t *)GET, strlen(GET), &first);
	request_watch_start(&use.watch, &first);
	use.loop = sc->loop = ev_loop_new(EVFLAG_AUTO);
	use.arg = sc;
	make_pair(pair);
	sc->visitor = pair[0];
	use.visitor = pair[1];
	make_pair(pair);
	sc->device = pair[0];
	use.device = pair[1];
	sc->relay = relay_start(&use);
	assert_non_null(sc->relay);
	return sc;
}

static void
turn(struct scene *sc)
{
	int i;

	for (i = 0; i < 8; i++)
		ev_run(sc->loop, EVRUN_NOWAIT);
}

static void
end(struct scene *sc)
{
	relay_free(sc->relay);
	close(sc->visitor);
	close(sc->device);
	ev_loop_destroy(sc->loop);
	free(sc);
}

static void
heard(struct scene *sc, int fd, const char *text)
{
	char got[512];
	ssize_t n;

	turn(sc);
	n = read(fd, got, sizeof(got) - 1);
	assert_int_equal(n, (ssize_t)strlen(text));
	got[n] = '\0';
	assert_string_equal(got, text);
}

static void
say(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

/* One way ends, and the other goes on. */
static void
test_half_close(void **state)
{
	struct scene *sc = begin();

	(void)state;
	say(sc->visitor, GET);
	heard(sc, sc->device, GET);
	shutdown(sc->visitor, SHUT_WR);
	heard(sc, sc->device, "");
	say(sc->device, "late");
	heard(sc, sc->visitor, "late");
	assert_null(sc->ended);
	assert_int_equal(relay_bytes_in(sc->relay), 4);
	assert_int_equal(relay_bytes_out(sc->relay), strlen(GET));
	shutdown(sc->device, SHUT_WR);
	heard(sc, sc->visitor, "");
	assert_string_equal(sc->ended, "closed by the operator");
	end(sc);
}

/* What the device sent before it closed altogether still arrives. */
static void
test_device_closes(void **state)
{
	struct scene *sc = begin();

	(void)state;
	say(sc->device, "last words");
	close(sc->device);
	heard(sc, sc->visitor, "last words");
	heard(sc, sc->visitor, "");
	assert_string_equal(sc->ended, "closed");
	sc->device = dup(sc->visitor);
	end(sc);
}

static void
test_visitor_closes(void **state)
{
	struct scene *sc = begin();

	(void)state;
	close(sc->visitor);
	heard(sc, sc->device, "");
	assert_string_equal(sc->ended, "closed by the operator");
	sc->visitor = dup(sc->device);
	end(sc);
}

/* A header waits until it is whole; nothing of a wrong one passes. */
static void
test_other_host(void **state)
{
	struct scene *sc = begin();
	char byte;

	(void)state;
	say(sc->visitor, GET "GET / HTTP/1.1\r\n");
	heard(sc, sc->device, GET);
	turn(sc);
	assert_int_equal(read(sc->device, &byte, 1), -1);
	say(sc->visitor, "Host: a.localhost\r\n\r\n");
	heard(sc, sc->device, GET);
	say(sc->visitor, OTHER);
	heard(sc, sc->device, "");
	assert_string_equal(sc->ended, "request for another host");
	end(sc);
}

/* Who does not read is not read from: a piece is kept, and no more. */
static void
test_backpressure(void **state)
{
	struct scene *sc = begin();
	static char bytes[65536];
	size_t sent = 0, got = 0, held = 0;
	ssize_t n;
	int idle = 0;

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	while (sent < MUCH && idle < 8) {
		n = write(sc->device, bytes, sizeof(bytes));
		sent += n > 0 ? (size_t)n : 0;
		idle = n > 0 ? 0 : idle + 1;
		turn(sc);
	}
	assert_true(sent < MUCH);
	held = sent - relay_bytes_in(sc->relay);
	assert_true(held > 0);
	shutdown(sc->device, SHUT_WR);
	while ((n = read(sc->visitor, bytes, sizeof(bytes))) != 0) {
		got += n > 0 ? (size_t)n : 0;
		turn(sc);
	}
	assert_int_equal(got, sent);
	end(sc);
}

/* --- notices --------------------------------------------------------------- */

static void
send_notice(char answer[16384], const struct notice *n)
{
	ssize_t len;
	int pair[2];

	make_pair(pair);
	say(pair[0], GET);
	notice_send(pair[1], n);
	len = read(pair[0], answer, 16383);
	assert_true(len > 0);
	answer[len] = '\0';
	assert_int_equal(read(pair[0], answer + len, 1), 0);
	close(pair[0]);
}

static void
has(const char *answer, const char *text)
{
	if (strstr(answer, text) == NULL)
		fail_msg("no %s in %s", text, answer);
}

static void
test_notice(void **state)
{
	const struct notice n = {.status = 502,
	    .title = "<script>\"",
	    .text = "a&b'\x1b\xff",
	    .again = 7};
	const struct notice plain = {.status = 599, .title = "t", .text = "x"};
	char answer[16384], length[64];
	const char *body;

	(void)state;
	send_notice(answer, &n);
	has(answer, "HTTP/1.1 502 Bad Gateway\r\n");
	has(answer, "\r\nRetry-After: 7\r\n");
	has(answer, "http-equiv=\"refresh\" content=\"7\"");
	has(answer, "<h1>&lt;script&gt;&quot;</h1>");
	has(answer, ">a&amp;b&#39;?"
		    "?</p>");
	assert_null(strstr(answer, "<script"));
	body = strstr(answer, "\r\n\r\n") + 4;
	snprintf(length, sizeof(length), "\r\nContent-Length: %zu\r\n",
	    strlen(body));
	has(answer, length);
	send_notice(answer, &plain);
	has(answer, "HTTP/1.1 599 Refused\r\n");
	assert_null(strstr(answer, "efresh"));
	assert_null(strstr(answer, "Retry"));
}

/* As long as a text may be, and longer. */
static void
test_long_notice(void **state)
{
	char text[5000], answer[16384];
	const struct notice n = {.status = 404, .title = text, .text = text};

	(void)state;
	memset(text, '&', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	send_notice(answer, &n);
	has(answer, "&amp;</p></body></html>\n");
}

/* The policy lets the page's own style in. */
static void
test_style(void **state)
{
	const struct notice n = {.status = 404, .title = "t", .text = "x"};
	uint8_t digest[EVP_MAX_MD_SIZE];
	char answer[16384], hash[128] = "'sha256-", *from, *to;
	unsigned int len;

	(void)state;
	send_notice(answer, &n);
	from = strstr(answer, "<style>");
	assert_non_null(from);
	from += strlen("<style>");
	to = strstr(from, "</style>");
	assert_non_null(to);
	assert_int_equal(EVP_Digest(from, (size_t)(to - from), digest, &len,
			     EVP_sha256(), NULL),
	    1);
	EVP_EncodeBlock((unsigned char *)hash + strlen(hash), digest, (int)len);
	strcat(hash, "'");
	has(answer, hash);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_half_close),
	    cmocka_unit_test(test_device_closes),
	    cmocka_unit_test(test_visitor_closes),
	    cmocka_unit_test(test_other_host),
	    cmocka_unit_test(test_backpressure),
	    cmocka_unit_test(test_notice),
	    cmocka_unit_test(test_long_notice),
	    cmocka_unit_test(test_style),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
