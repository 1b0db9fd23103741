/*
 * The first bytes of a visitor's stream: whom each is for, what is refused and
 * with which status, at each limit and in any pieces.
 */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "first_bytes.h"
#include "first_hello.h"
#include "unit.h"

#define NAME_64 \
	"a123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* In memory of just that size, so that a byte too far is seen. */
static struct first_bytes
read_bytes(const void *bytes, size_t len)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);
	struct first_bytes f;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	first_bytes_read(copy, len, &f);
	free(copy);
	return f;
}

/* The same of every beginning: none may be read as something else. */
static struct first_bytes
read_pieces(const void *bytes, size_t len)
{
	struct first_bytes whole = read_bytes(bytes, len), part;
	size_t n;

	for (n = 0; n < len; n++) {
		part = read_bytes(bytes, n);
		if (part.is != FIRST_MORE &&
		    !(part.is == FIRST_REFUSED && whole.is == FIRST_REFUSED))
			fail_msg("%zu of %zu bytes are %d, all are %d", n, len,
			    part.is, whole.is);
	}
	return whole;
}

static struct first_bytes
read_text(const char *text)
{
	return read_pieces(text, strlen(text));
}

static struct first_bytes
read_host(const char *host)
{
	char text[512];

	snprintf(
	    text, sizeof(text), "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", host);
	return read_text(text);
}

static void
refused(const char *text, unsigned int status, const char *why)
{
	struct first_bytes f = read_text(text);

	if (f.is != FIRST_REFUSED || f.status != status ||
	    strstr(f.why, why) == NULL)
		fail_msg("%s: %d, %u %s", text, f.is, f.status,
		    f.why != NULL ? f.why : "");
}

static void
test_page(void **state)
{
	static const char *const hosts[] = {"localhost", "localhost:3000",
	    "LOCALHOST", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:65535"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		assert_int_equal(read_host(hosts[i]).is, FIRST_PAGE);
}

static void
test_device(void **state)
{
	static const struct {
		const char *host, *name;
		uint32_t port;
	} hosts[] = {
	    {"kitchen.localhost", "kitchen", 80},
	    {"Kitchen.LocalHost:3000", "kitchen", 80},
	    {"kitchen--8080.localhost:3000", "kitchen", 8080},
	    {"kitchen--1.localhost", "kitchen", 1},
	    {"kitchen--65535.localhost", "kitchen", 65535},
	    {"a.b_c-d.localhost", "a.b_c-d", 80},
	    {"a.b--81.localhost", "a.b", 81},
	    {"6466b34bde54.localhost", "6466b34bde54", 80},
	    /* not ports: they belong to the name */
	    {"a--0.localhost", "a--0", 80},
	    {"a--080.localhost", "a--080", 80},
	    {"a--65536.localhost", "a--65536", 80},
	    {"a--123456.localhost", "a--123456", 80},
	    {"a--x.localhost", "a--x", 80},
	    {"a--.localhost", "a--", 80},
	    {"a--1--80.localhost", "a--1", 80},
	    {"a---9.localhost", "a-", 9},
	    {NAME_64 ".localhost", NAME_64, 80},
	    {NAME_64 "--9.localhost", NAME_64, 9},
	};
	struct first_bytes f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		f = read_host(hosts[i].host);
		if (f.is != FIRST_DEVICE ||
		    strcmp(f.site.name, hosts[i].name) != 0 ||
		    f.site.port != hosts[i].port)
			fail_msg("%s is %d, %s, %u", hosts[i].host, f.is,
			    f.site.name, f.site.port);
	}
}

static void
test_other_hosts(void **state)
{
	static const struct {
		const char *host;
		unsigned int status;
	} hosts[] = {
	    {"example.org", 421},
	    {"localhost.example.org", 421},
	    {"localhost.", 421},
	    {"kitchen.localhost.", 421},
	    {"kitchenlocalhost", 421},
	    {".localhost", 421},
	    {"-a.localhost", 421},
	    {"--80.localhost", 421},
	    {"..localhost", 421},
	    {NAME_64 "x.localhost", 421},
	    {"127.0.0.2", 421},
	    {"0", 421},
	    {"", 400},
	    {":80", 400},
	    {"localhost:", 400},
	    {"localhost:0", 400},
	    {"localhost:65536", 400},
	    {"localhost:x", 400},
	    {"[::2]", 400},
	    {"[::1", 400},
	    {"user@localhost", 400},
	    {"a b.localhost", 400},
	    {"a/b.localhost", 400},
	    {"a%2eb.localhost", 400},
	    {"k\xc3\xbc"
	     "che.localhost",
		400},
	    {"localhost, kitchen.localhost", 400},
	};
	struct first_bytes f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		f = read_host(hosts[i].host);
		if (f.is != FIRST_REFUSED || f.status != hosts[i].status)
			fail_msg("%s is %d, %u", hosts[i].host, f.is, f.status);
		assert_string_equal(f.site.name, "");
	}
}

#define HOST "Host: a.localhost\r\n"

static void
test_malformed(void **state)
{
	(void)state;
	refused("GET / HTTP/1.1\r\n\r\n", 400, "no Host");
	refused("GET / HTTP/1.0\r\n\r\n", 400, "no Host");
	refused("GET / HTTP/1.1\r\n" HOST HOST "\r\n", 400, "more than one");
	refused("GET / HTTP/1.1\r\n" HOST "hOST: localhost\r\n\r\n", 400,
	    "more than one");
	refused("GET / HTTP/1.1\r\nHost : a.localhost\r\n\r\n", 400, "name");
	refused("GET / HTTP/1.1\r\n: x\r\n" HOST "\r\n", 400, "name");
	refused("GET / HTTP/1.1\r\nno colon\r\n" HOST "\r\n", 400, "colon");
	refused("GET / HTTP/1.1\r\n" HOST " folded\r\n\r\n", 400, "folded");
	refused("GET / HTTP/1.1\r\n\tx: y\r\n" HOST "\r\n", 400, "folded");
	refused("GET / HTTP/1.1\nHost: a.localhost\n\n", 400, "bare LF");
	refused("GET / HTTP/1.1\r\nX: a\rb\r\n" HOST "\r\n", 400, "bare CR");
	refused("GET / HTTP/1.1\r\nX: \x01\r\n" HOST "\r\n", 400, "control");
	refused("GET / HTTP/1.1\r\nX: \x7f\r\n" HOST "\r\n", 400, "control");
	refused("GET /\r\n", 400, "HTTP/1");
	refused("GET / HTTP/1.1 \r\n", 400, "HTTP/1");
	refused("GET  / HTTP/1.1\r\n", 400, "HTTP/1");
	refused("GET /a b HTTP/1.1\r\n", 400, "HTTP/1");
	refused("GET / HTTP/2.0\r\n", 505, "version");
	refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "version");
	refused("GET x HTTP/1.1\r\n" HOST "\r\n", 400, "target");
	refused("GET * HTTP/1.1\r\n" HOST "\r\n", 400, "target");
	refused(
	    "CONNECT a.localhost:80 HTTP/1.1\r\n" HOST "\r\n", 400, "target");
	refused("SSH-2.0-OpenSSH_9.2 Debian\r\n", 400, "HTTP");
	refused("\r\nGET / HTTP/1.1\r\n" HOST "\r\n", 400, "HTTP");
	refused(" ", 400, "HTTP");
	refused("{", 400, "HTTP");
	refused("ABCDEFGHIJKLMNOPQRSTUVWXY", 400, "HTTP");
	assert_int_equal(read_text("ABCDEFGHIJKLMNOPQRSTUVWX").is, FIRST_MORE);
}

/* A NUL, wherever it is before the body. */
static void
test_nul(void **state)
{
	static const char text[] = "GET / HTTP/1.1\r\nX: y\r\n" HOST "\r\n";
	char bytes[sizeof(text)];
	struct first_bytes f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(text) - 1; i++) {
		memcpy(bytes, text, sizeof(text));
		bytes[i] = '\0';
		f = read_pieces(bytes, sizeof(text) - 1);
		if (f.is != FIRST_REFUSED || f.status != 400)
			fail_msg("with a NUL at %zu: %d", i, f.is);
	}
	assert_int_equal(read_bytes(text, sizeof(text)).is, FIRST_DEVICE);
}

static void
test_absolute_target(void **state)
{
	struct first_bytes f;

	(void)state;
	f = read_text("GET http://A.localhost/x HTTP/1.1\r\n" HOST "\r\n");
	assert_int_equal(f.is, FIRST_DEVICE);
	f = read_text("GET http://a.localhost?x HTTP/1.1\r\n" HOST "\r\n");
	assert_int_equal(f.is, FIRST_DEVICE);
	refused("GET http://b.localhost/ HTTP/1.1\r\n" HOST "\r\n", 400,
	    "not of its Host");
	refused("GET http://a.localhost:80/ HTTP/1.1\r\n" HOST "\r\n", 400,
	    "not of its Host");
	refused("GET http://b@a.localhost/ HTTP/1.1\r\n" HOST "\r\n", 400,
	    "not of its Host");
	refused(
	    "GET https://a.localhost/ HTTP/1.1\r\n" HOST "\r\n", 400, "target");
	refused("GET http:// HTTP/1.1\r\n" HOST "\r\n", 400, "target");
	refused("GET http:/// HTTP/1.1\r\n" HOST "\r\n", 400, "target");
	f = read_text("OPTIONS * HTTP/1.1\r\n" HOST "\r\n");
	assert_int_equal(f.is, FIRST_DEVICE);
}

/* What follows the header is not looked at. */
static void
test_body(void **state)
{
	static const char text[] =
	    "POST / HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\n\0\n\x16"
	    "Host";
	struct first_bytes f;

	(void)state;
	f = read_pieces(text, (size_t)(strstr(text, "\r\n\r\n") - text) + 4);
	assert_int_equal(f.is, FIRST_DEVICE);
	assert_false(f.navigation);
	assert_int_equal(read_bytes(text, sizeof(text)).is, FIRST_DEVICE);
}

static bool
navigates(const char *method, const char *fields)
{
	char text[512];

	snprintf(text, sizeof(text), "%s / HTTP/1.1\r\n" HOST "%s\r\n", method,
	    fields);
	return read_text(text).navigation;
}

static void
test_navigation(void **state)
{
	(void)state;
	assert_true(navigates("GET", "Sec-Fetch-Dest: document\r\n"));
	assert_true(navigates("GET", "Accept: text/html,*/*\r\n"));
	assert_false(navigates("GET", ""));
	assert_false(navigates("GET", "Accept: */*\r\n"));
	assert_false(navigates("POST", "Sec-Fetch-Dest: document\r\n"));
	assert_false(navigates("GET", "Sec-Fetch-Dest: iframe\r\n"
				      "Accept: text/html\r\n"));
	assert_false(navigates("GET", "Sec-Fetch-Dest: image\r\n"));
	assert_false(navigates("GET", "Sec-Fetch-Dest: document\r\n"
				      "Upgrade: websocket\r\n"));
}

/* Where the body ends; two answers to that are refused. */
static void
test_framing(void **state)
{
	static const char *const wrong[] = {"Content-Length: \r\n",
	    "Content-Length: -1\r\n", "Content-Length: 1x\r\n",
	    "Content-Length: 1, 1\r\n", "Content-Length: 0x1\r\n",
	    "Content-Length: 1234567890123456\r\n",
	    "Content-Length: 1\r\nContent-Length: 1\r\n",
	    "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
	    "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n",
	    "Transfer-Encoding: chunked\r\ntransfer-encoding: chunked\r\n",
	    "Transfer-Encoding: gzip, chunked\r\n",
	    "Transfer-Encoding: identity\r\n", "Transfer-Encoding:\r\n"};
	char text[512];
	struct first_bytes f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(text, sizeof(text),
		    "POST / HTTP/1.1\r\n" HOST "%s\r\n", wrong[i]);
		refused(text, 400, "");
	}
	f = read_text("POST / HTTP/1.1\r\n" HOST
		      "Content-Length: 123456789012345\r\n\r\n");
	assert_int_equal(f.is, FIRST_DEVICE);
	assert_int_equal(f.length, 123456789012345);
	assert_false(f.chunked);
	f = read_text(
	    "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: Chunked\r\n\r\n");
	assert_true(f.chunked);
	assert_int_equal(f.head, 66);
}

/* A request for a.localhost with these fields. */
static unsigned int
status_with(const char *method, const char *fields)
{
	char text[512];
	struct first_bytes f;

	snprintf(text, sizeof(text), "%s / HTTP/1.1\r\n" HOST "%s\r\n", method,
	    fields);
	f = read_text(text);
	assert_true(f.is == FIRST_DEVICE || f.is == FIRST_REFUSED);
	return f.status;
}

#define TAB "Sec-Fetch-Dest: document\r\n"

/* A page of another site may lead a person to a device, and no more. */
static void
test_foreign(void **state)
{
	static const char *const sites[] = {"cross-site", "same-site", "x", ""};
	char fields[128];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sites) / sizeof(sites[0]); i++) {
		snprintf(
		    fields, sizeof(fields), "Sec-Fetch-Site: %s\r\n", sites[i]);
		assert_int_equal(status_with("GET", fields), 403);
		strcat(fields, TAB);
		assert_int_equal(status_with("GET", fields), 0);
		assert_int_equal(status_with("POST", fields), 403);
		strcat(fields, "Upgrade: websocket\r\n");
		assert_int_equal(status_with("GET", fields), 403);
	}
	assert_int_equal(
	    status_with("POST", "Sec-Fetch-Site: same-origin\r\n"), 0);
	assert_int_equal(status_with("GET", "Sec-Fetch-Site: none\r\n"), 0);
	assert_int_equal(status_with("GET", "Sec-Fetch-Site: cross-site\r\n"
					    "Sec-Fetch-Site: same-origin\r\n"),
	    403);
	assert_int_equal(
	    status_with("POST", "Origin: http://A.localhost\r\n"), 0);
	assert_int_equal(status_with("POST", "Origin: null\r\n"), 403);
	assert_int_equal(
	    status_with("POST", "Origin: https://a.localhost\r\n"), 403);
	assert_int_equal(
	    status_with("GET", "Origin: http://b.localhost\r\n" TAB), 403);
	/* To the page itself: that is its own guard's to say. */
	assert_int_equal(read_text("GET / HTTP/1.1\r\nHost: localhost\r\n"
				   "Sec-Fetch-Site: cross-site\r\n\r\n")
			     .is,
	    FIRST_PAGE);
}

/* A header that ends with its nth byte. */
static struct first_bytes
of_length(size_t n, bool in_target)
{
	char *text = malloc(n + 1);
	const char *head = in_target ? "GET /" : "GET / HTTP/1.1\r\nX: ";
	const char *tail =
	    in_target ? " HTTP/1.1\r\n" HOST "\r\n" : "\r\n" HOST "\r\n";
	struct first_bytes f, less;

	assert_non_null(text);
	memset(text, 'x', n);
	memcpy(text, head, strlen(head));
	memcpy(text + n - strlen(tail), tail, strlen(tail));
	f = read_bytes(text, n);
	less = read_bytes(text, n - 1);
	assert_int_equal(less.is, n > FIRST_BYTES ? FIRST_REFUSED : FIRST_MORE);
	free(text);
	return f;
}

static void
test_too_long(void **state)
{
	struct first_bytes f;

	(void)state;
	assert_int_equal(of_length(FIRST_BYTES, false).is, FIRST_DEVICE);
	assert_int_equal(of_length(FIRST_BYTES, true).is, FIRST_DEVICE);
	f = of_length(FIRST_BYTES + 1, false);
	assert_int_equal(f.is, FIRST_REFUSED);
	assert_int_equal(f.status, 431);
	f = of_length(FIRST_BYTES + 1000, true);
	assert_int_equal(f.is, FIRST_REFUSED);
	assert_int_equal(f.status, 414);
}

/* --- TLS ------------------------------------------------------------------ */

struct hello {
	uint8_t bytes[FIRST_BYTES + 64];
	size_t len;
};

static void
put(struct hello *h, size_t value, int bytes)
{
	while (bytes-- > 0)
		h->bytes[h->len++] = (uint8_t)(value >> (8 * bytes));
}

static void
put_name(struct hello *h, const char *name)
{
	size_t n = strlen(name);

	put(h, 0, 2); /* server_name */
	put(h, n + 5, 2);
	put(h, n + 3, 2);
	put(h, 0, 1); /* host_name */
	put(h, n, 2);
	memcpy(h->bytes + h->len, name, n);
	h->len += n;
}

/* Write the lengths of what was put behind the first 9 bytes. */
static void
close_hello(struct hello *h, size_t extensions)
{
	size_t len = h->len;

	h->len = extensions - 2;
	put(h, len - extensions, 2);
	h->len = 0;
	put(h, 0x160301, 3);
	put(h, len - 5, 2);
	put(h, 1, 1); /* client_hello */
	put(h, len - 9, 3);
	h->len = len;
}

/* A ClientHello for this name (NULL: none) with so many bytes of padding. */
static struct hello
hello_for(const char *name, size_t padding)
{
	struct hello h = {.len = 9};
	size_t extensions;

	put(&h, 0x0303, 2);
	h.len += 32;
	put(&h, 32, 1);
	h.len += 32;
	put(&h, 4, 2);
	put(&h, 0x13011302, 4);
	put(&h, 0x0100, 2);
	extensions = h.len += 2;
	put(&h, 0x0a0a, 2); /* GREASE, RFC 8701 */
	put(&h, 0, 2);
	if (name != NULL)
		put_name(&h, name);
	put(&h, 21, 2); /* padding, RFC 7685 */
	put(&h, padding, 2);
	h.len += padding;
	close_hello(&h, extensions);
	return h;
}

static struct first_bytes
read_hello(const struct hello *h)
{
	struct first_bytes f = read_pieces(h->bytes, h->len);

	assert_true(f.tls);
	return f;
}

static void
alerted(const struct hello *h, uint8_t alert)
{
	struct first_bytes f = read_hello(h);

	if (f.is != FIRST_REFUSED || f.alert != alert)
		fail_msg("%d, alert %u: %s", f.is, f.alert,
		    f.why != NULL ? f.why : "");
}

static void
test_server_name(void **state)
{
	struct hello h = hello_for("Kitchen.localhost", 7);
	struct first_bytes f;

	(void)state;
	f = read_hello(&h);
	assert_int_equal(f.is, FIRST_DEVICE);
	assert_string_equal(f.site.name, "kitchen");
	assert_int_equal(f.site.port, 443);
	h = hello_for("a.b--8443.localhost", 0);
	f = read_hello(&h);
	assert_int_equal(f.is, FIRST_DEVICE);
	assert_string_equal(f.site.name, "a.b");
	assert_int_equal(f.site.port, 8443);
}

static void
test_server_name_refused(void **state)
{
	static const char *const names[] = {
	    "localhost", "127.0.0.1", "example.org", "[::1]", "a b.localhost"};
	struct hello h = hello_for(NULL, 0);
	size_t i;

	(void)state;
	alerted(&h, 109);
	h = hello_for("", 0);
	alerted(&h, 47);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		h = hello_for(names[i], 0);
		alerted(&h, 112);
	}
}

/* The same message in records of n bytes. */
static struct first_bytes
in_records(const struct hello *h, size_t n)
{
	struct hello r = {.len = 0};
	size_t at, some;

	for (at = 5; at < h->len; at += some) {
		some = h->len - at < n ? h->len - at : n;
		put(&r, 0x160301, 3);
		put(&r, some, 2);
		memcpy(r.bytes + r.len, h->bytes + at, some);
		r.len += some;
	}
	return read_hello(&r);
}

static void
test_records(void **state)
{
	struct hello h = hello_for("kitchen.localhost", 100);
	struct first_bytes f;
	size_t n;

	(void)state;
	for (n = 1; n < h.len; n++) {
		f = in_records(&h, n);
		assert_int_equal(f.is, FIRST_DEVICE);
		assert_string_equal(f.site.name, "kitchen");
	}
}

/* As long as can be; and one byte more. */
static void
test_hello_too_long(void **state)
{
	struct hello h = hello_for("kitchen.localhost", 0);
	size_t room = FIRST_BYTES - h.len;

	(void)state;
	h = hello_for("kitchen.localhost", room);
	assert_int_equal(h.len, FIRST_BYTES);
	assert_int_equal(read_bytes(h.bytes, h.len).is, FIRST_DEVICE);
	assert_int_equal(read_bytes(h.bytes, h.len - 1).is, FIRST_MORE);
	h = hello_for("kitchen.localhost", room + 1);
	assert_int_equal(read_bytes(h.bytes, h.len).is, FIRST_REFUSED);
	assert_int_equal(read_bytes(h.bytes, h.len - 1).is, FIRST_REFUSED);
}

/* One byte changed, at each place: nothing is read beyond what there is. */
static void
test_hello_changed(void **state)
{
	const struct hello good = hello_for("kitchen.localhost", 3);
	struct hello h;
	size_t i;
	int v;

	(void)state;
	for (i = 0; i < good.len; i++)
		for (v = 0; v < 256; v++) {
			h = good;
			h.bytes[i] = (uint8_t)v;
			(void)read_bytes(h.bytes, h.len);
		}
}

static void
test_hello_malformed(void **state)
{
	struct hello h = hello_for("a.localhost", 0);

	(void)state;
	h.bytes[1] = 2; /* another protocol */
	alerted(&h, 50);
	h = hello_for("a.localhost", 0);
	h.bytes[5] = 2; /* server_hello */
	alerted(&h, 10);
	h = hello_for("a.localhost", 0);
	h.bytes[3] = 0x40; /* a record of 16,385 bytes */
	h.bytes[4] = 1;
	alerted(&h, 22);
	h = hello_for("a.localhost", 0);
	h.bytes[3] = h.bytes[4] = 0;
	alerted(&h, 10);
	h = hello_for("a.localhost", 0);
	h.bytes[9 + 2 + 32] = 255; /* the session id's length */
	alerted(&h, 50);
	h = hello_for("a.localhost", 0);
	h.len += 9;
	close_hello(&h, h.len); /* extensions of no bytes, where padding was */
	assert_int_equal(read_bytes(h.bytes, h.len).is, FIRST_REFUSED);
}

/* Two lists of names; two names in one list. */
static void
test_two_names(void **state)
{
	struct hello h = hello_for("a.localhost", 0);
	size_t extensions = 9 + 2 + 32 + 33 + 6 + 2 + 2, at;

	(void)state;
	put_name(&h, "b.localhost");
	close_hello(&h, extensions);
	alerted(&h, 47);
	h = hello_for("a.localhost", 0);
	at = extensions + 4 + 2; /* the extension's length */
	h.bytes[at + 1] = (uint8_t)(h.bytes[at + 1] + 4);
	h.bytes[at + 3] = (uint8_t)(h.bytes[at + 3] + 4);
	alerted(&h, 50); /* the padding's head, as another name */
}

static void
test_alert(void **state)
{
	static const uint8_t expected[] = {21, 3, 3, 0, 2, 2, 112};
	uint8_t record[FIRST_ALERT];

	(void)state;
	first_hello_alert(record, 112);
	assert_memory_equal(record, expected, FIRST_ALERT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_page),
	    cmocka_unit_test(test_device),
	    cmocka_unit_test(test_other_hosts),
	    cmocka_unit_test(test_malformed),
	    cmocka_unit_test(test_nul),
	    cmocka_unit_test(test_absolute_target),
	    cmocka_unit_test(test_body),
	    cmocka_unit_test(test_navigation),
	    cmocka_unit_test(test_framing),
	    cmocka_unit_test(test_foreign),
	    cmocka_unit_test(test_too_long),
	    cmocka_unit_test(test_server_name),
	    cmocka_unit_test(test_server_name_refused),
	    cmocka_unit_test(test_records),
	    cmocka_unit_test(test_hello_too_long),
	    cmocka_unit_test(test_hello_changed),
	    cmocka_unit_test(test_hello_malformed),
	    cmocka_unit_test(test_two_names),
	    cmocka_unit_test(test_alert),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
