/*
 * A real et-sshd-link against peers that are no et-sshd-link: each ends its own
 * stream, and no other.
 */
#include "config.h"

#include <sys/socket.h>

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "link_node.h"
#include "link_peer.h"
#include "unit.h"

#define IDENTITY "0123456789abcdef"
#define NUMBER UINT64_C(0x0123456789abcdef)
#define GOOD 100 /* the stream that goes on meanwhile */
#define BAD 1

static struct node it;
static struct peer good;
static int good_local;

/* A client with its handshake done. */
static void
open_client(struct peer *p, uint64_t id)
{
	peer_handshake(p);
	node_accept(&it, id, p->theirs);
	node_expect(&it, MSG_LINK_ASK, id);
	assert_true(it.got.link.number == NUMBER);
	node_key(&it, id, true, PEER_SECRET);
	assert_true(peer_shake(p));
	node_expect(&it, MSG_LINK_OPEN, id);
}

/* And joined.  Returns the local end. */
static int
join_client(struct peer *p, uint64_t id)
{
	uint8_t answer;
	int local[2];

	open_client(p, id);
	local_pair(local);
	node_stream(&it, id, local[1]);
	peer_read(p, &answer, 1);
	assert_int_equal(answer, LINK_JOINED);
	return local[0];
}

static int
set_up(void **state)
{
	(void)state;
	node_start(&it);
	peer_new(&good, false, IDENTITY);
	good_local = join_client(&good, GOOD);
	return 0;
}

static int
tear_down(void **state)
{
	char buf[4];

	(void)state;
	node_expect_nothing(&it);
	assert_true(peer_write(&good, "ping", 4));
	assert_int_equal(read_all(good_local, buf, 4), 4);
	assert_int_equal(send(good_local, "pong", 4, 0), 4);
	peer_read(&good, buf, 4);
	assert_memory_equal(buf, "pong", 4);
	SSL_shutdown(good.ssl);
	expect_eof(good_local);
	close(good_local);
	node_expect_closed(&it, GOOD, "closed");
	peer_free(&good);
	node_stop(&it);
	return 0;
}

static void
expect_stranger(const char *reason)
{
	node_expect_closed(&it, BAD, reason);
	assert_int_equal(it.got.link_closed.stranger, 1);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- before there is a ticket ------------------------------------------- */

static void
garbage(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} all[] = {{"G", 1}, {"SSH-2.0-x\r\n", 11}, {"\x16\x02", 2},
	    {"\x16\x03\x04", 3}, {"\x16\x03\x01\xff\xff", 5},
	    {"\x16\x03\x01\x00\x03", 5}, {"\x16\x03\x01\x01\x00\x02", 6}};
	int tcp[2];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		tcp_pair(tcp);
		node_accept(&it, BAD, tcp[1]);
		assert_int_equal(
		    send(tcp[0], all[i].bytes, all[i].len, 0), all[i].len);
		expect_stranger("not TLS");
		close(tcp[0]);
	}
}

static void
silent(void **state)
{
	double start = now(), took;
	int tcp[2];

	(void)state;
	tcp_pair(tcp);
	node_accept(&it, BAD, tcp[1]);
	expect_stranger("timeout");
	took = now() - start;
	assert_true(took >= NODE_TIMEOUT / 1000.);
	assert_true(took < NODE_TIMEOUT / 1000. + 2);
	expect_eof(tcp[0]);
	close(tcp[0]);
}

/* A byte now and then does not buy more time. */
static void
trickled(void **state)
{
	static const char head[] = "\x16\x03\x01\x07\x00\x01";
	struct pollfd p = {.fd = it.sock, .events = POLLIN};
	double start = now();
	int tcp[2];
	size_t i;

	(void)state;
	tcp_pair(tcp);
	node_accept(&it, BAD, tcp[1]);
	for (i = 0; poll(&p, 1, 20) == 0; i++)
		send(tcp[0], i < 6 ? head + i : "x", 1, MSG_NOSIGNAL);
	expect_stranger("timeout");
	assert_true(now() - start < NODE_TIMEOUT / 1000. + 2);
	assert_true(i > 6);
	close(tcp[0]);
}

static void
leaves(void **state)
{
	int tcp[2];

	(void)state;
	tcp_pair(tcp);
	node_accept(&it, BAD, tcp[1]);
	close(tcp[0]);
	expect_stranger("closed without a byte");
	tcp_pair(tcp);
	node_accept(&it, BAD, tcp[1]);
	assert_int_equal(send(tcp[0], "\x16\x03\x01", 3, 0), 3);
	close(tcp[0]);
	expect_stranger("connection lost");
}

/* A client whose first record names no ticket. */
static void
expect_unnamed(struct peer *p)
{
	peer_handshake(p);
	node_accept(&it, BAD, p->theirs);
	expect_stranger("no ticket named");
	peer_free(p);
}

static void
no_ticket(void **state)
{
	static const char *const identities[] = {NULL, "0123456789ABCDEF",
	    "0123456789abcde", "0123456789abcdef0", "Client_identity"};
	struct peer p;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(identities) / sizeof(identities[0]); i++) {
		peer_new(&p, false, identities[i]);
		expect_unnamed(&p);
	}
	peer_new(&p, false, NULL);
	SSL_set_max_proto_version(p.ssl, TLS1_2_VERSION);
	expect_unnamed(&p);
	peer_new(&p, false, IDENTITY);
	p.early = 16;
	SSL_write_early_data(p.ssl, "early", 5, &n);
	expect_unnamed(&p);
}

static void
wrong_secret(void **state)
{
	struct peer p;

	(void)state;
	peer_new(&p, false, IDENTITY);
	p.secret = PEER_SECRET + 1;
	peer_handshake(&p);
	node_accept(&it, BAD, p.theirs);
	node_expect(&it, MSG_LINK_ASK, BAD);
	node_key(&it, BAD, true, PEER_SECRET);
	expect_stranger("handshake failed");
	assert_false(peer_shake(&p));
	peer_free(&p);
}

static void
other_cipher(void **state)
{
	struct peer p;

	(void)state;
	peer_new(&p, false, IDENTITY);
	SSL_set_ciphersuites(p.ssl, "TLS_CHACHA20_POLY1305_SHA256");
	peer_handshake(&p);
	node_accept(&it, BAD, p.theirs);
	node_expect(&it, MSG_LINK_ASK, BAD);
	node_key(&it, BAD, true, PEER_SECRET);
	expect_stranger("handshake failed");
	peer_free(&p);
}

/* A client has its handshake done only with a second ClientHello. */
static void
hello_again(void **state)
{
	struct peer p;

	(void)state;
	peer_new(&p, false, IDENTITY);
	SSL_set1_groups_list(p.ssl, "P-384:P-256");
	open_client(&p, BAD);
	node_end(&it, BAD, LINK_REFUSED);
	node_expect_closed(&it, BAD, "not joined");
	peer_free(&p);
}

/* Strangers have half of the places, and a node finds one. */
static void
crowd(void **state)
{
	enum { LEFT = NODE_STREAMS / 2 + 1, ALL = 1000 };
	long before = node_memory(&it);
	int tcp[2], fds[LEFT];
	struct peer p;
	uint64_t i;

	(void)state;
	for (i = 0; i < ALL; i++) {
		tcp_pair(tcp);
		assert_int_equal(send(tcp[0], "\x16\x03\x01", 3, 0), 3);
		node_accept(&it, 1000 + i, tcp[1]);
		if (i >= LEFT) {
			node_expect_closed(
			    &it, 1000 + i - LEFT, "too many without a ticket");
			assert_int_equal(it.got.link_closed.stranger, 1);
			close(fds[i % LEFT]);
		}
		fds[i % LEFT] = tcp[0];
	}
	assert_true(node_memory(&it) - before < 512);
	peer_new(&p, false, IDENTITY);
	peer_handshake(&p);
	node_accept(&it, BAD, p.theirs);
	node_expect_closed(&it, 1000 + ALL - LEFT, "too many without a ticket");
	node_expect(&it, MSG_LINK_ASK, BAD);
	node_end(&it, BAD, LINK_LOST);
	node_expect_closed(&it, BAD, "ended");
	peer_free(&p);
	for (i = 0; i < LEFT; i++)
		close(fds[i]);
	node_expect_all_closed(&it, LEFT - 1, "connection lost");
}

/* No more streams than LINK_SETUP has. */
static void
full(void **state)
{
	int tcp[2], fds[NODE_STREAMS];
	uint64_t i;

	(void)state;
	for (i = 0; i < NODE_STREAMS; i++) {
		tcp_pair(tcp);
		fds[i] = tcp[0];
		node_dial(&it, 1000 + i, NUMBER, PEER_SECRET, tcp[1]);
	}
	node_expect_closed(&it, 1000 + i - 1, "too many streams");
	for (i = 0; i < NODE_STREAMS; i++)
		close(fds[i]);
	node_expect_all_closed(&it, NODE_STREAMS - 1, "connection lost");
}

/* --- with a ticket ------------------------------------------------------- */

static void
speaks_early(void **state)
{
	struct peer p;

	(void)state;
	peer_new(&p, false, IDENTITY);
	open_client(&p, BAD);
	assert_true(peer_write(&p, "x", 1));
	node_expect_closed(&it, BAD, "bytes before the answer");
	assert_int_equal(it.got.link_closed.stranger, 0);
	peer_free(&p);
}

static void
key_updates(void **state)
{
	struct peer p;
	char buf[4];
	int local;

	(void)state;
	peer_new(&p, false, IDENTITY);
	local = join_client(&p, BAD);
	assert_true(peer_update_keys(&p, 4));
	assert_true(peer_write(&p, "good", 4));
	assert_int_equal(read_all(local, buf, 4), 4);
	assert_memory_equal(buf, "good", 4);
	peer_update_keys(&p, 100);
	node_expect_closed(&it, BAD, "too many key updates");
	expect_eof(local);
	close(local);
	peer_free(&p);
}

static void
bad_records(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} all[] = {{"\x17\x03\x03\x41\x01", 5},
	    {"\x17\x03\x03\x00\x11zzzzzzzzzzzzzzzzz", 22},
	    {"\x16\x03\x03\x00\x04\x01\x00\x00\x00", 9}, {"GET /", 5}};
	struct peer p;
	size_t i;
	int local;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		peer_new(&p, false, IDENTITY);
		local = join_client(&p, BAD);
		assert_int_equal(
		    send(p.fd, all[i].bytes, all[i].len, 0), all[i].len);
		node_expect_closed(&it, BAD, "bad record");
		expect_eof(local);
		close(local);
		peer_free(&p);
	}
}

/* A connection that breaks is no orderly end. */
static void
truncated(void **state)
{
	struct peer p;
	char buf[4];
	int local;

	(void)state;
	peer_new(&p, false, IDENTITY);
	local = join_client(&p, BAD);
	assert_true(peer_write(&p, "half", 4));
	close(p.fd);
	p.fd = -1;
	node_expect_closed(&it, BAD, "connection lost");
	assert_int_equal(it.got.link_closed.bytes_in, 4);
	assert_int_equal(read_all(local, buf, 4), 4);
	expect_eof(local);
	close(local);
	peer_free(&p);
}

/* The peer has ended orderly, and then breaks off while bytes go there. */
static void
lost_after_end(void **state)
{
	struct peer p;
	int local;

	(void)state;
	peer_new(&p, false, IDENTITY);
	local = join_client(&p, BAD);
	SSL_shutdown(p.ssl);
	expect_eof(local);
	close(p.fd);
	p.fd = -1;
	node_expect_closed(&it, BAD, "connection lost");
	close(local);
	peer_free(&p);
}

/* --- a server that is no node ------------------------------------------- */

static void
server_answers(void **state)
{
	static const char all[] = {0, LINK_LOST + 1, 'S'};
	struct peer p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all); i++) {
		peer_new(&p, true, IDENTITY);
		node_dial(&it, BAD, NUMBER, PEER_SECRET, p.theirs);
		assert_true(peer_shake(&p));
		assert_true(peer_write(&p, &all[i], 1));
		node_expect_closed(&it, BAD, "no such answer");
		peer_free(&p);
	}
	peer_new(&p, true, IDENTITY);
	node_dial(&it, BAD, NUMBER, PEER_SECRET, p.theirs);
	assert_true(peer_shake(&p));
	SSL_shutdown(p.ssl);
	node_expect_closed(&it, BAD, "ended without an answer");
	peer_free(&p);
}

/* It has a certificate, but not the ticket. */
static void
server_certified(void **state)
{
	struct peer p;

	(void)state;
	peer_new(&p, true, NULL);
	peer_certify(&p);
	node_dial(&it, BAD, NUMBER, PEER_SECRET, p.theirs);
	assert_false(peer_shake(&p));
	node_expect_closed(&it, BAD, "handshake failed");
	assert_int_equal(it.got.link_closed.stranger, 0);
	peer_free(&p);
}

static void
server_garbage(void **state)
{
	int tcp[2];

	(void)state;
	tcp_pair(tcp);
	node_dial(&it, BAD, NUMBER, PEER_SECRET, tcp[1]);
	assert_int_equal(send(tcp[0], "SSH-2.0-x\r\n", 11, 0), 11);
	node_expect_closed(&it, BAD, "handshake failed");
	close(tcp[0]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(garbage),
	    TEST(silent),
	    TEST(trickled),
	    TEST(leaves),
	    TEST(no_ticket),
	    TEST(wrong_secret),
	    TEST(other_cipher),
	    TEST(hello_again),
	    TEST(crowd),
	    TEST(full),
	    TEST(speaks_early),
	    TEST(key_updates),
	    TEST(bad_records),
	    TEST(truncated),
	    TEST(lost_after_end),
	    TEST(server_answers),
	    TEST(server_certified),
	    TEST(server_garbage),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
