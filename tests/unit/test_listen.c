/*
 * Addresses, ports that the system picks, and a port that is bound again.
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "listen.h"
#include "unit.h"

#define TEN "1234567890"
#define LONG TEN TEN TEN TEN TEN TEN TEN ":22"

/* A configuration that listens there; text is not written to. */
static struct conf
conf_of(const char *text)
{
	struct conf c = {.nlisten = 1};

	c.listen[0] = (char *)(uintptr_t)text;
	return c;
}

static void
test_addresses(void **state)
{
	static const char *const good[] = {"0.0.0.0:2222", "[::]:2222",
	    "127.0.0.1:0", "192.0.2.1:65535", "[2001:db8::1]:22",
	    "[::ffff:192.0.2.1]:1"};
	static const char *const bad[] = {"", ":", ":22", "22", "127.0.0.1",
	    "127.0.0.1:", "127.0.0.1:ssh", "127.0.0.1:22x", "127.0.0.1:65536",
	    "127.0.0.1:70000", "127.0.0.1:9999999", "127.0.0.1:-1",
	    "127.0.0.1:+22", "127.0.0.1: 22", "127.0.0.1:0x16", "::1:22",
	    "[::1]", "[::1]22", "[::1:22", "::1]:22", "[]:22", "[:22",
	    "localhost:22", "*:22", "192.0.2.256:22", "[2001:db8::g]:22",
	    "127.0.0.1:22:23", LONG};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!listen_valid(good[i]))
			fail_msg("refused: %s", good[i]);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (listen_valid(bad[i]))
			fail_msg("taken: %s", bad[i]);
}

static void
test_bad_one_of_two(void **state)
{
	struct conf c = conf_of("127.0.0.1:0");
	char error[CONF_ERROR] = "", bad[] = "nowhere";
	int fd = dup(STDERR_FILENO);

	(void)state;
	close(fd);
	c.listen[c.nlisten++] = bad;
	assert_null(listen_open(&c, error));
	assert_string_equal(error, "listen nowhere: not ADDRESS:PORT "
				   "(as in 0.0.0.0:2222 or [::]:2222)");
	/* The first one is closed again. */
	assert_int_equal(dup(STDERR_FILENO), fd);
	close(fd);
}

static void
test_forward_addresses(void **state)
{
	(void)state;
	assert_true(listen_address_valid("127.0.0.1"));
	assert_true(listen_address_valid("0.0.0.0"));
	assert_true(listen_address_valid("::1"));
	assert_false(listen_address_valid(""));
	assert_false(listen_address_valid("localhost"));
	assert_false(listen_address_valid("*"));
	assert_false(listen_address_valid("[::1]"));
	assert_false(listen_address_valid("127.0.0.1:22"));
}

static void
connect_to(uint32_t port, int *client, int *server, int listener)
{
	struct sockaddr_in sin = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct pollfd p = {.fd = listener, .events = POLLIN};

	*client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_not_equal(*client, -1);
	assert_int_equal(
	    connect(*client, (struct sockaddr *)&sin, sizeof(sin)), 0);
	assert_int_equal(poll(&p, 1, 30000), 1);
	*server = accept(listener, NULL, NULL);
	assert_int_not_equal(*server, -1);
}

static uint32_t
port_of(int fd)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	char text[64];
	uint32_t port;

	assert_int_equal(getsockname(fd, (struct sockaddr *)&ss, &len), 0);
	listen_peer((struct sockaddr *)&ss, text, &port);
	return port;
}

static void
test_port_zero(void **state)
{
	struct conf c = conf_of("127.0.0.1:0");
	char error[CONF_ERROR] = "", want[LISTEN_NAME], two[] = "127.0.0.1:0";
	int client, server;
	struct listen *l;

	(void)state;
	c.listen[c.nlisten++] = two;
	assert_non_null(l = listen_open(&c, error));
	assert_non_null(l->next);
	assert_null(l->next->next);
	assert_int_not_equal(l->port, 0);
	assert_int_not_equal(l->port, l->next->port);
	snprintf(want, sizeof(want), "127.0.0.1:%u", l->port);
	assert_string_equal(l->name, want);
	assert_true(fcntl(l->fd, F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(l->fd, F_GETFL) & O_NONBLOCK);
	assert_int_equal(accept(l->fd, NULL, NULL), -1);
	assert_int_equal(errno, EAGAIN);
	connect_to(l->port, &client, &server, l->fd);
	close(client);
	close(server);
	listen_close(l);
	listen_close(NULL);
}

/* Those of operator-listen come last, and their connections are known by it. */
static void
test_operator_listen(void **state)
{
	char one[] = "127.0.0.1:0", bad[] = "nowhere", taken[LISTEN_NAME];
	struct conf c = conf_of("127.0.0.1:0");
	char error[CONF_ERROR] = "", want[CONF_ERROR];
	struct listen *l;

	(void)state;
	c.operator_listen[c.noperator_listen++] = one;
	assert_non_null(l = listen_open(&c, error));
	assert_int_equal(l->pool, POOL_LISTEN);
	assert_non_null(l->next);
	assert_int_equal(l->next->pool, POOL_OPERATORS);
	assert_null(l->next->next);
	snprintf(taken, sizeof(taken), "%s", l->name);
	c.operator_listen[0] = taken;
	assert_null(listen_open(&c, error));
	snprintf(want, sizeof(want),
	    "operator-listen %s: Address already in use", taken);
	assert_string_equal(error, want);
	listen_close(l);
	c.operator_listen[0] = bad;
	assert_null(listen_open(&c, error));
	assert_string_equal(error, "operator-listen nowhere: not ADDRESS:PORT "
				   "(as in 0.0.0.0:2222 or [::]:2222)");
}

static void
test_ipv6(void **state)
{
	struct conf c = conf_of("[::1]:0");
	char error[CONF_ERROR] = "", want[LISTEN_NAME];
	struct listen *l;
	int fd = -1, i;

	(void)state;
	if ((l = listen_open(&c, error)) == NULL &&
	    (errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT))
		skip(); /* a machine without IPv6 */
	assert_non_null(l);
	snprintf(want, sizeof(want), "[::1]:%u", l->port);
	assert_string_equal(l->name, want);
	listen_close(l);
	/* [::] leaves 0.0.0.0 to another, unless it is a third's just now. */
	c = conf_of("[::]:0");
	for (i = 0; i < 20 && fd == -1; i++) {
		assert_non_null(l = listen_open(&c, error));
		fd = listen_forward("0.0.0.0", l->port);
		listen_close(l);
	}
	assert_int_not_equal(fd, -1);
	close(fd);
}

static void
test_in_use(void **state)
{
	struct conf c = conf_of("127.0.0.1:0");
	char error[CONF_ERROR] = "", name[LISTEN_NAME], want[CONF_ERROR];
	struct listen *l;

	(void)state;
	assert_non_null(l = listen_open(&c, error));
	assert_string_equal(error, "");
	snprintf(name, sizeof(name), "%s", l->name);
	c = conf_of(name);
	assert_null(listen_open(&c, error));
	snprintf(
	    want, sizeof(want), "listen %s: %s", name, strerror(EADDRINUSE));
	assert_string_equal(error, want);
	listen_close(l);
}

static void
test_forward_in_use(void **state)
{
	int fd = listen_forward("127.0.0.1", 0);
	uint32_t port;

	(void)state;
	assert_int_not_equal(fd, -1);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	port = port_of(fd);
	assert_int_equal(listen_forward("127.0.0.1", port), -1);
	assert_int_equal(errno, EADDRINUSE);
	close(fd);
	fd = listen_forward("127.0.0.1", port);
	assert_int_not_equal(fd, -1);
	assert_int_equal(port_of(fd), port);
	close(fd);
	assert_int_equal(listen_forward("localhost", port), -1);
	assert_int_equal(errno, EADDRNOTAVAIL);
	/* There is no such port: not a lower one, nor a free one. */
	assert_int_equal(listen_forward("127.0.0.1", 65536), -1);
	assert_int_equal(listen_forward("127.0.0.1", 65536 + port), -1);
}

/*
 * As a forward is taken from a worker that still holds its listener, with a
 * connection open through it.
 */
static void
test_bind_again(void **state)
{
	int fd = listen_forward("127.0.0.1", 0), lent, client, server, again;
	int more, last;
	uint32_t port;

	(void)state;
	assert_int_not_equal(fd, -1);
	port = port_of(fd);
	assert_int_not_equal(lent = dup(fd), -1);
	connect_to(port, &client, &server, fd);
	assert_int_equal(shutdown(fd, SHUT_RDWR), 0);
	close(fd);
	again = listen_forward("127.0.0.1", port);
	assert_int_not_equal(again, -1);
	/* What connects from now on comes to the new one. */
	connect_to(port, &more, &last, again);
	assert_int_equal(accept(lent, NULL, NULL), -1);
	assert_int_equal(errno, EINVAL);
	/* What was open stays so. */
	assert_int_equal(write(client, "x", 1), 1);
	assert_int_equal(read(server, &(char){0}, 1), 1);
	close(client);
	close(server);
	close(more);
	close(last);
	close(lent);
	close(again);
}

static void
test_peer(void **state)
{
	struct sockaddr_in v4 = {
	    .sin_family = AF_INET, .sin_port = htons(4711)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
	    .sin6_port = htons(65535),
	    .sin6_scope_id = 1};
	struct sockaddr other = {.sa_family = AF_UNIX};
	char text[64];
	uint32_t port;

	(void)state;
	inet_pton(AF_INET, "192.0.2.1", &v4.sin_addr);
	listen_peer((struct sockaddr *)&v4, text, &port);
	assert_string_equal(text, "192.0.2.1");
	assert_int_equal(port, 4711);
	inet_pton(AF_INET6, "fe80::1", &v6.sin6_addr);
	listen_peer((struct sockaddr *)&v6, text, &port);
	assert_string_equal(text, "fe80::1");
	assert_int_equal(port, 65535);
	inet_pton(AF_INET6, "::ffff:192.0.2.1", &v6.sin6_addr);
	listen_peer((struct sockaddr *)&v6, text, &port);
	assert_string_equal(text, "192.0.2.1");
	listen_peer(&other, text, &port);
	assert_string_equal(text, "?");
	assert_int_equal(port, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_addresses),
	    cmocka_unit_test(test_bad_one_of_two),
	    cmocka_unit_test(test_forward_addresses),
	    cmocka_unit_test(test_port_zero),
	    cmocka_unit_test(test_operator_listen),
	    cmocka_unit_test(test_ipv6),
	    cmocka_unit_test(test_in_use),
	    cmocka_unit_test(test_forward_in_use),
	    cmocka_unit_test(test_bind_again),
	    cmocka_unit_test(test_peer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
