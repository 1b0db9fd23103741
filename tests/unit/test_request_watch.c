/*
 * The requests of a stream that leads to a device: where each ends, in whatever
 * pieces the stream comes, and what ends it.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "request_watch.h"
#include "unit.h"

#define GET "GET / HTTP/1.1\r\nHost: a.localhost\r\n\r\n"
#define POST(n, body)                                                 \
	"POST / HTTP/1.1\r\nHost: a.localhost\r\nContent-Length: " #n \
	"\r\n\r\n" body
#define CHUNKED(body)                                                 \
	"POST / HTTP/1.1\r\nHost: a.localhost\r\nTransfer-Encoding: " \
	"chunked\r\n\r\n" body
#define OTHER "GET / HTTP/1.1\r\nHost: b.localhost\r\n\r\n"

static struct request_watch
start(const char *text, size_t len)
{
	struct request_watch w;
	struct first_bytes f;

	first_bytes_read((const uint8_t *)text, len, &f);
	assert_int_equal(f.is, FIRST_DEVICE);
	request_watch_start(&w, &f);
	return w;
}

/* Pass text on in pieces of so many bytes; returns how many passed. */
static size_t
pass(const char *text, size_t len, size_t piece, const char **wrong)
{
	struct request_watch w = start(text, len);
	size_t passed = 0, come = 0, n;
	uint8_t *bytes;

	*wrong = NULL;
	while (come < len && *wrong == NULL) {
		come = come + piece < len ? come + piece : len;
		bytes = malloc(come - passed);
		assert_non_null(bytes);
		memcpy(bytes, text + passed, come - passed);
		n = request_watch_pass(&w, bytes, come - passed, wrong);
		assert_true(n <= come - passed);
		free(bytes);
		passed += n;
	}
	return passed;
}

/* All of text passes but for its last rest bytes. */
static void
passes(const char *text, size_t rest, const char *why)
{
	size_t len = strlen(text), piece, n;
	const char *wrong;

	for (piece = 1; piece <= len; piece++) {
		n = pass(text, len, piece, &wrong);
		if (n != len - rest)
			fail_msg("in pieces of %zu: %zu of %zu pass: %s", piece,
			    n, len, text);
		if ((wrong == NULL) != (why == NULL) ||
		    (why != NULL && strstr(wrong, why) == NULL))
			fail_msg("%s: %s", text, wrong != NULL ? wrong : "");
	}
}

static void
test_requests(void **state)
{
	(void)state;
	passes(GET GET, 0, NULL);
	passes(POST(0, "") GET, 0, NULL);
	passes(POST(5, "x\r\n\r\n") GET, 0, NULL);
	passes(GET "GET / HTTP/1.1\r\n", 16, NULL);
	passes(CHUNKED("0\r\n\r\n") GET, 0, NULL);
	passes(CHUNKED("3\r\na\n\r\r\n00000001;x=\"y\" \r\nb\r\nA \r\n"
		       "0123456789\r\n0;z\r\nX: y\r\nZ:\r\n\r\n") GET,
	    0, NULL);
}

/* After a good request, one that ends the stream. */
static void
ends(const char *request, const char *why)
{
	char text[512];

	snprintf(text, sizeof(text), GET "%s", request);
	passes(text, strlen(request), why);
}

static void
test_other_host(void **state)
{
	(void)state;
	ends(OTHER, "another host");
	ends("GET / HTTP/1.1\r\nHost: a--81.localhost\r\n\r\n", "another host");
	ends("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "another host");
	ends("GET / HTTP/1.1\r\nHost: a.localhost\r\n"
	     "Origin: http://b.localhost\r\n\r\n",
	    "another site");
	passes(POST(2, "ab") OTHER, strlen(OTHER), "another host");
	passes(CHUNKED("1\r\na\r\n0\r\n\r\n") OTHER, strlen(OTHER),
	    "another host");
}

/* A header within a body is none. */
static void
test_hidden(void **state)
{
	char text[512];

	(void)state;
	snprintf(text, sizeof(text),
	    "POST / HTTP/1.1\r\nHost: a.localhost\r\nContent-Length: %zu"
	    "\r\n\r\n" OTHER GET,
	    strlen(OTHER));
	passes(text, 0, NULL);
}

static void
test_malformed_chunks(void **state)
{
	static const char *const bodies[] = {"x", "\r", ";", " ", "123456789",
	    "1\n", "1\rx", "1\r\r", "1;x\n", "1\r\nab", "1\r\na\n", "1\r\na\rx",
	    "0\r\n\x01", "1x"};
	const char *wrong;
	char text[512];
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		snprintf(text, sizeof(text), CHUNKED("%s"), bodies[i]);
		n = pass(text, strlen(text), 1, &wrong);
		if (wrong == NULL || strcmp(wrong, "malformed chunk") != 0 ||
		    n != strlen(text) - 1)
			fail_msg("%s: %zu pass, %s", bodies[i], n,
			    wrong != NULL ? wrong : "nothing wrong");
	}
}

/* The longest line of a chunk, the longest trailer, and one byte more. */
static void
too_long(const char *head, size_t most)
{
	size_t len = strlen(head) + most + 1;
	char *text = malloc(len + 1);
	const char *wrong;

	assert_non_null(text);
	memcpy(text, head, strlen(head));
	memset(text + strlen(head), 'x', most + 1);
	assert_int_equal(pass(text, len - 1, 100, &wrong), len - 1);
	assert_null(wrong);
	assert_int_equal(pass(text, len, 100, &wrong), len - 1);
	assert_string_equal(wrong, "malformed chunk");
	free(text);
}

static void
test_too_long(void **state)
{
	(void)state;
	too_long(CHUNKED("1;"), REQUEST_LINE - 2);
	too_long(CHUNKED("0\r\n"), REQUEST_TRAILER);
}

/* Nothing is read past Upgrade, and nothing in TLS. */
static void
test_all(void **state)
{
	const struct first_bytes tls = {.is = FIRST_DEVICE, .tls = true};
	struct request_watch w;
	const char *wrong;

	(void)state;
	passes("GET / HTTP/1.1\r\nHost: a.localhost\r\nUpgrade: websocket\r\n"
	       "\r\n" OTHER "\x01\x02",
	    0, NULL);
	request_watch_start(&w, &tls);
	assert_int_equal(
	    request_watch_pass(&w, (const uint8_t *)OTHER, 9, &wrong), 9);
	assert_null(wrong);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_requests),
	    cmocka_unit_test(test_other_host),
	    cmocka_unit_test(test_hidden),
	    cmocka_unit_test(test_malformed_chunks),
	    cmocka_unit_test(test_too_long),
	    cmocka_unit_test(test_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
