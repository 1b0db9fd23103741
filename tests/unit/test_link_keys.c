/*
 * A stream of more bytes than one key may encrypt changes its keys, and the peer
 * takes that for no flood: with TLS_KEY_BYTES of 1 MiB.
 */
#include "config.h"

#include "unit.h"

#define TLS_KEY_BYTES (UINT64_C(1) << 20)
#include "tls.c"

#define PIECE (64 * 1024)
#define TOTAL (32 * TLS_KEY_BYTES)

static struct tls_roles *roles;
static struct tls *client, *server;
static int sv[2];

static int
set_up(void **state)
{
	const struct tls_key key = {.number = 7, .secret = {1}};

	(void)state;
	roles = tls_roles_new();
	assert_non_null(roles);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sv), 0);
	fcntl(sv[0], F_SETFL, O_NONBLOCK);
	fcntl(sv[1], F_SETFL, O_NONBLOCK);
	client = tls_connect(roles, sv[0], &key);
	server = tls_accept(roles, sv[1], &key, NULL, 0);
	assert_true(tls_meet(client, server));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	tls_free(client);
	tls_free(server);
	tls_roles_free(roles);
	close(sv[0]);
	close(sv[1]);
	return 0;
}

/* Read all that has come, which must be the next bytes. */
static void
take(uint64_t *got)
{
	static uint8_t buf[PIECE];
	enum tls_result result;
	size_t n, i;

	tls_readable(server);
	while ((result = tls_read(server, buf, sizeof(buf), &n)) == TLS_DONE)
		for (i = 0; i < n; i++, ++*got)
			assert_int_equal(buf[i], (uint8_t)(*got / 7));
	assert_int_equal(result, TLS_AGAIN);
}

static void
many_bytes(void **state)
{
	static uint8_t buf[PIECE];
	uint64_t sent = 0, got = 0;
	enum tls_result result;
	size_t n, i;

	(void)state;
	while (got < TOTAL) {
		for (i = 0; i < PIECE; i++)
			buf[i] = (uint8_t)((sent + i) / 7);
		result = tls_write(client, buf, PIECE, &n);
		assert_true(result == TLS_DONE || result == TLS_AGAIN);
		sent += n;
		take(&got);
	}
	/* A record counts for a little more than its bytes. */
	assert_in_range(server->updates, 31, 33);
	assert_int_equal(client->updates, 0);
}

/* Keys change after many small records, too. */
static void
many_records(void **state)
{
	uint64_t got = 0, sent;
	uint8_t byte;
	size_t n;

	(void)state;
	for (sent = 0; sent <= TLS_KEY_BYTES / RECORD; sent++) {
		byte = (uint8_t)(sent / 7);
		assert_int_equal(tls_write(client, &byte, 1, &n), TLS_DONE);
		if (sent % 16 == 0)
			take(&got);
	}
	take(&got);
	assert_int_equal(got, sent);
	assert_int_equal(server->updates, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(many_bytes, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(many_records, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
