/*
 * PROXY headers of version 2: each field's values and those beside them, each
 * length, what is cut and what is random.
 */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "proxy.h"
#include "unit.h"

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"

struct header {
	uint8_t bytes[PROXY_HEAD + PROXY_BODY + 2];
	size_t len;
};

/* One with a body of so many bytes; the addresses are in its beginning. */
static struct header
header_of(uint8_t command, uint8_t family, size_t body)
{
	struct header h = {.len = PROXY_HEAD + body};
	size_t i;

	memcpy(h.bytes, SIGNATURE, 12);
	h.bytes[12] = command;
	h.bytes[13] = family;
	h.bytes[14] = (uint8_t)(body >> 8);
	h.bytes[15] = (uint8_t)body;
	for (i = PROXY_HEAD; i < sizeof(h.bytes); i++)
		h.bytes[i] = (uint8_t)(i - PROXY_HEAD + 1);
	return h;
}

static enum proxy_result
result(const struct header *h)
{
	struct sockaddr_storage from;
	const char *wrong;
	size_t left;

	return proxy_parse(h->bytes, h->len, &left, &from, &wrong);
}

static void
bad(const struct header *h, const char *why)
{
	struct sockaddr_storage from;
	const char *wrong;
	size_t left;

	assert_int_equal(
	    proxy_parse(h->bytes, h->len, &left, &from, &wrong), PROXY_BAD);
	if (strstr(wrong, why) == NULL)
		fail_msg("\"%s\" does not say %s", wrong, why);
}

static void
test_tcp4(void **state)
{
	struct header h = header_of(0x21, 0x11, 12);
	struct sockaddr_storage from;
	const struct sockaddr_in *sin = (void *)&from;
	const char *wrong;
	size_t left;

	(void)state;
	assert_int_equal(
	    proxy_parse(h.bytes, h.len, &left, &from, &wrong), PROXY_CARRIED);
	assert_null(wrong);
	assert_int_equal(left, 0);
	assert_int_equal(from.ss_family, AF_INET);
	assert_int_equal(ntohl(sin->sin_addr.s_addr), 0x01020304);
	assert_int_equal(ntohs(sin->sin_port), 0x090a);
}

static void
test_tcp6(void **state)
{
	struct header h = header_of(0x21, 0x21, 36);
	struct sockaddr_storage from;
	const struct sockaddr_in6 *sin6 = (void *)&from;
	const char *wrong;
	size_t left;

	(void)state;
	assert_int_equal(
	    proxy_parse(h.bytes, h.len, &left, &from, &wrong), PROXY_CARRIED);
	assert_int_equal(from.ss_family, AF_INET6);
	assert_memory_equal(&sin6->sin6_addr, h.bytes + 16, 16);
	assert_int_equal(ntohs(sin6->sin6_port), 0x2122);
	assert_int_equal(sin6->sin6_scope_id, 0);
}

/* The health check of a load balancer; its family means nothing. */
static void
test_own(void **state)
{
	struct header h;
	unsigned int family;

	(void)state;
	for (family = 0; family < 256; family++) {
		h = header_of(0x20, (uint8_t)family, 0);
		assert_int_equal(result(&h), PROXY_OWN);
		h = header_of(0x20, (uint8_t)family, 50);
		assert_int_equal(result(&h), PROXY_OWN);
	}
	h = header_of(0x21, 0, 0);
	assert_int_equal(result(&h), PROXY_OWN);
	h = header_of(0x21, 0, 100);
	assert_int_equal(result(&h), PROXY_OWN);
}

static void
test_commands_and_families(void **state)
{
	struct header h;
	unsigned int i;

	(void)state;
	for (i = 0; i < 256; i++) {
		h = header_of((uint8_t)i, 0x11, 12);
		if (i == 0x20 || i == 0x21)
			assert_int_not_equal(result(&h), PROXY_BAD);
		else if (i >> 4 != 2)
			bad(&h, "version");
		else
			bad(&h, "command");
	}
	for (i = 0; i < 256; i++) {
		h = header_of(0x21, (uint8_t)i, 216);
		if (i == 0)
			assert_int_equal(result(&h), PROXY_OWN);
		else if (i == 0x11 || i == 0x21)
			assert_int_equal(result(&h), PROXY_CARRIED);
		else
			bad(&h, "protocol");
	}
}

static void
test_signature(void **state)
{
	static const char *const others[] = {
	    "PROXY TCP4 192.0.2.1 192.0.2.2 22 23\r\n",
	    "SSH-2.0-OpenSSH_9.2\r\n",
	    "GET / HTTP/1.1\r\n\r\n",
	    "\r\n\r\nx",
	};
	struct header h;
	size_t i, bit;

	(void)state;
	for (i = 0; i < 12; i++)
		for (bit = 0; bit < 8; bit++) {
			h = header_of(0x21, 0x11, 12);
			h.bytes[i] ^= (uint8_t)(1 << bit);
			bad(&h, "no PROXY header");
			/* And as soon as that byte is there. */
			h.len = i + 1;
			bad(&h, "no PROXY header");
		}
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		h.len = strlen(others[i]);
		memcpy(h.bytes, others[i], h.len);
		bad(&h, "no PROXY header");
	}
}

static void
test_lengths(void **state)
{
	struct header h;
	size_t body;

	(void)state;
	for (body = 0; body <= PROXY_BODY; body++) {
		h = header_of(0x21, 0x11, body);
		if (body < 12)
			bad(&h, "too short");
		else
			assert_int_equal(result(&h), PROXY_CARRIED);
		h = header_of(0x21, 0x21, body);
		if (body < 36)
			bad(&h, "too short");
		else
			assert_int_equal(result(&h), PROXY_CARRIED);
		h = header_of(0x20, 0, body);
		assert_int_equal(result(&h), PROXY_OWN);
	}
	h = header_of(0x21, 0x11, PROXY_BODY + 1);
	bad(&h, "too long");
	h = header_of(0x20, 0, PROXY_BODY + 1);
	bad(&h, "too long");
	/* It is refused for its head, not waited for. */
	h = header_of(0x21, 0x11, 12);
	h.bytes[14] = h.bytes[15] = 0xff;
	h.len = PROXY_HEAD;
	bad(&h, "too long");
}

/* Each cut: what is left never reaches behind the header. */
static void
test_cut(void **state)
{
	static const size_t bodies[] = {0, 12, 36, 100, PROXY_BODY};
	struct sockaddr_storage from;
	const char *wrong;
	struct header h;
	size_t i, n, left;

	(void)state;
	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		h = header_of(bodies[i] < 36 ? 0x20 : 0x21,
		    bodies[i] < 36 ? 0 : 0x21, bodies[i]);
		for (n = 0; n < h.len; n++) {
			assert_int_equal(
			    proxy_parse(h.bytes, n, &left, &from, &wrong),
			    PROXY_MORE);
			assert_null(wrong);
			assert_int_equal(
			    left, (n < PROXY_HEAD ? PROXY_HEAD : h.len) - n);
		}
		assert_int_not_equal(result(&h), PROXY_MORE);
		/* What follows is not looked at. */
		h.len += 2;
		assert_int_not_equal(result(&h), PROXY_MORE);
		assert_int_not_equal(result(&h), PROXY_BAD);
	}
}

static void
test_random(void **state)
{
	struct sockaddr_storage from;
	const char *wrong;
	struct header h;
	size_t i, left;
	int n;

	(void)state;
	srandom(1);
	for (n = 0; n < 100000; n++) {
		h = header_of(0x21, 0x11, (size_t)random() % PROXY_BODY);
		for (i = (size_t)random() % 17; i < h.len; i++)
			h.bytes[i] = (uint8_t)random();
		h.len = (size_t)random() % (h.len + 1);
		proxy_parse(h.bytes, h.len, &left, &from, &wrong);
		assert_true(h.len + left <= PROXY_HEAD + PROXY_BODY);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_tcp4),
	    cmocka_unit_test(test_tcp6),
	    cmocka_unit_test(test_own),
	    cmocka_unit_test(test_commands_and_families),
	    cmocka_unit_test(test_signature),
	    cmocka_unit_test(test_lengths),
	    cmocka_unit_test(test_cut),
	    cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
