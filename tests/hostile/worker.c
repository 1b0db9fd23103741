/*
 * A worker that was taken over, in et-sshd-worker's place: it can send what it
 * likes on its two sockets.  Beside it stands a folder "plans" with a file for
 * each attack.  It takes the first by moving it to "taken", with its process
 * id; when there is none it becomes et-sshd-worker.real.  An attack goes on
 * until et-sshd kills this process: an exit status is a failure.
 */
#include "config.h"

#include <sys/socket.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "msg.h"
#include "wire.h"

#define PATIENCE 45 /* s that et-sshd may take to end this process */
#define PROMPT 20 /* s for an answer */
#define HASH 32
#define CONNS 2
#define OTHERS 1 /* the number of another worker's connection */
#define NOBODYS 999999999
#define REFUSALS 80 /* more than one connection may tell */
#define FLOOD_MOST 20000 /* asks until a connection is ended for them */
#define BIG 70000 /* bytes: more than any message has */

static char folder[PATH_MAX];
static int sign = -1;
static struct msg got;
static uint64_t conns[CONNS];
static int sockets[CONNS];
static size_t nconns;
static uint8_t cookies[CONNS][MSG_COOKIE];
static struct msg exchange; /* made last */
static uint8_t hash[HASH]; /* of it */
static const char *whose = "key"; /* the file of a login's key */

static void fail(const char *, ...)
    __attribute__((format(printf, 1, 2), noreturn));

static void
fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vdprintf(STDERR_FILENO, fmt, ap);
	va_end(ap);
	dprintf(STDERR_FILENO, "\n");
	_exit(1);
}

/* --- sockets ---------------------------------------------------------- */

static void
send_bytes(int sock, const void *bytes, size_t len, size_t nfds)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(253 * sizeof(int))];
	} control = {.buf = {0}};
	struct iovec iov = {(void *)(uintptr_t)bytes, len};
	struct msghdr hdr = {.msg_iov = &iov, .msg_iovlen = 1};
	struct pollfd p = {.fd = sock, .events = POLLOUT};
	struct cmsghdr *c;
	size_t i;

	if (nfds > 0) {
		hdr.msg_control = control.buf;
		hdr.msg_controllen = CMSG_SPACE(nfds * sizeof(int));
		c = CMSG_FIRSTHDR(&hdr);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(nfds * sizeof(int));
		for (i = 0; i < nfds; i++)
			memcpy(CMSG_DATA(c) + i * sizeof(int),
			    &(int){STDERR_FILENO}, sizeof(int));
	}
	/* Gone is what we are to be: killed in a moment. */
	while (sendmsg(sock, &hdr, MSG_NOSIGNAL) == -1 && errno == EAGAIN)
		poll(&p, 1, -1);
}

static void
say(const struct msg *m)
{
	send_bytes(MSG_FD, m, msg_size(m->type), 0);
}

static void
say_type(enum msg_type type, uint64_t conn)
{
	struct msg m;

	msg_init(&m, type, conn);
	say(&m);
}

/* What every worker does with what it is told.  Its type, or 0: nothing. */
static uint32_t
hear(int sock)
{
	const char *reason;
	int fd;

	switch (msg_recv(sock, &got, &fd, &reason)) {
	case MSG_OK:
		break;
	case MSG_AGAIN:
		return 0;
	default:
		pause();
	}
	if (got.type == MSG_CONN && nconns < CONNS) {
		conns[nconns] = got.conn;
		memcpy(cookies[nconns], got.conn_new.cookie, MSG_COOKIE);
		sockets[nconns++] = fd;
	} else if (got.type == MSG_CONN) {
		close(fd);
		say_type(MSG_BYE, got.conn);
	} else if (got.type == MSG_SETUP)
		sign = fd;
	else if (fd != -1)
		close(fd);
	if (got.type == MSG_PING)
		say_type(MSG_PONG, 0);
	return got.type;
}

static void
wait_for(int sock, enum msg_type type)
{
	struct pollfd p = {.fd = sock, .events = POLLIN};

	while (hear(sock) != type)
		poll(&p, 1, -1);
}

static uint64_t
conn(size_t i)
{
	while (nconns <= i)
		wait_for(MSG_FD, MSG_CONN);
	return conns[i];
}

/* --- SIGN and LOGIN --------------------------------------------------- */

static void
put(uint8_t *out, size_t size, uint32_t *n, const void *bytes, size_t len)
{
	size_t at = *n;

	wire_put(out, size, &at, bytes, len);
	*n = (uint32_t)at;
}

/* A key exchange of its own with this cookie, and the hash of it. */
static void
make_exchange(uint64_t number, const uint8_t cookie[MSG_COOKIE])
{
	static const char *const before[] = {"SSH-2.0-c", "SSH-2.0-s", "I_C"};
	static const char *const after[] = {"K_S", "e", "f"};
	struct msg_sign *m = &exchange.sign;
	uint8_t kexinit[1 + MSG_COOKIE] = {20}, random[HASH];
	size_t i, size = sizeof(m->exchange);

	msg_init(&exchange, MSG_SIGN, number);
	snprintf(m->algorithm, sizeof(m->algorithm), "ssh-ed25519");
	m->hash = HASH;
	RAND_bytes(random, sizeof(random));
	memcpy(kexinit + 1, cookie, MSG_COOKIE);
	for (i = 0; i < 3; i++)
		put(m->exchange, size, &m->len, before[i], strlen(before[i]));
	put(m->exchange, size, &m->len, kexinit, sizeof(kexinit));
	for (i = 0; i < 3; i++)
		put(m->exchange, size, &m->len, after[i], strlen(after[i]));
	put(m->exchange, size, &m->len, random, sizeof(random));
	EVP_Digest(m->exchange, m->len, hash, NULL, EVP_sha256(), NULL);
}

static size_t
sign_exchange(void)
{
	send_bytes(sign, &exchange, msg_size(MSG_SIGN), 0);
	wait_for(sign, MSG_SIGNED);
	return got.signature.len;
}

/* A good one of connection i. */
static size_t
sign_conn(size_t i)
{
	uint64_t number = conn(i);

	make_exchange(number, cookies[i]);
	return sign_exchange();
}

/* A file beside it: the seed of a key, its public half, the name. */
static size_t
read_key(uint8_t seed[32], uint8_t public[32], char user[MSG_NAME])
{
	char path[PATH_MAX + 16];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", folder, whose);
	if ((f = fopen(path, "r")) == NULL || fread(seed, 32, 1, f) != 1 ||
	    fread(public, 32, 1, f) != 1)
		fail("%s: %s", path, strerror(errno));
	n = fread(user, 1, MSG_NAME - 1, f);
	fclose(f);
	user[n] = '\0';
	return n;
}

static void
sign_over(struct msg_login *l, const void *bytes, size_t len)
{
	put(l->data, sizeof(l->data), &l->datalen, bytes, len);
}

static void
put_byte(struct msg_login *l, uint8_t byte)
{
	l->data[l->datalen++] = byte;
}

/* A good login of our own device over this session id. */
static void
make_login(struct msg *m, uint64_t number, const uint8_t *h)
{
	struct msg_login *l = &m->login;
	uint8_t seed[32], public[32], blob[64];
	char user[MSG_NAME];
	size_t n = 0, siglen = sizeof(l->sig), userlen;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY *pkey;

	userlen = read_key(seed, public, user);
	wire_put(blob, sizeof(blob), &n, "ssh-ed25519", 11);
	wire_put(blob, sizeof(blob), &n, public, 32);
	msg_init(m, MSG_LOGIN, number);
	sign_over(l, h, HASH);
	put_byte(l, 50); /* USERAUTH_REQUEST, RFC 4252 6 */
	sign_over(l, user, userlen);
	sign_over(l, "ssh-connection", 14);
	sign_over(l, "publickey", 9);
	put_byte(l, 1);
	sign_over(l, "ssh-ed25519", 11);
	sign_over(l, blob, n);
	pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, 32);
	if (EVP_DigestSignInit(ctx, NULL, NULL, NULL, pkey) != 1 ||
	    EVP_DigestSign(ctx, l->sig, &siglen, l->data, l->datalen) != 1)
		fail("no signature");
	l->siglen = (uint32_t)siglen;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	/* Of an offer, which says the same. */
	memcpy(l->key, blob, n);
	l->keylen = (uint32_t)n;
	memcpy(l->user, user, userlen + 1);
	snprintf(l->algorithm, sizeof(l->algorithm), "ssh-ed25519");
}

static bool
verdict_of(const struct msg *m)
{
	say(m);
	wait_for(MSG_FD, MSG_VERDICT);
	return got.verdict.as != 0;
}

/* From here on logins are those of an operator. */
static void
be_operator(void)
{
	whose = "operator-key";
}

/* Connection i, logged in.  Its login stays in m. */
static uint64_t
open_conn(size_t i, struct msg *m)
{
	if (sign_conn(i) == 0)
		fail("the first hash is not signed");
	make_login(m, conn(i), hash);
	if (!verdict_of(m))
		fail("a good login is refused");
	return conn(i);
}

/* --- attacks ---------------------------------------------------------- */

struct plan {
	char word[32];
	unsigned long a;
	unsigned long b;
	char state[16];
};

/* A key is offered, as good as a login is not. */
static void
login_unsigned(const struct plan *plan)
{
	struct msg m;

	(void)plan;
	sign_conn(0);
	make_login(&m, conn(0), hash);
	m.login.datalen = m.login.siglen = 0;
	if (!verdict_of(&m))
		fail("a known key is refused");
	say_type(MSG_POLL, conn(0));
}

/* No hash of this connection was ever signed. */
static void
login_unhashed(const struct plan *plan)
{
	struct msg m;

	(void)plan;
	make_login(&m, conn(0), hash);
	say(&m);
}

static void
login_of_other(const struct plan *plan)
{
	struct msg m;

	(void)plan;
	open_conn(0, &m);
	if (sign_conn(1) == 0)
		fail("the first hash is not signed");
	m.conn = conn(1);
	say(&m);
}

static void
login_second_hash(const struct plan *plan)
{
	struct msg m;

	(void)plan;
	sign_conn(0);
	if (sign_conn(0) > 0)
		fail("a second hash is signed before login");
	make_login(&m, conn(0), hash);
	say(&m);
}

/* Six times, and the connection is at its end. */
static void
bad_logins(struct msg *m)
{
	int i;

	sign_conn(0);
	make_login(m, conn(0), hash);
	m->login.sig[10] ^= 1;
	for (i = 0; i < 6; i++)
		if (verdict_of(m))
			fail("a bad signature is good");
	wait_for(MSG_FD, MSG_CLOSE);
}

static void
login_bad_signature(const struct plan *plan)
{
	struct msg m;

	(void)plan;
	bad_logins(&m);
	say_type(MSG_BYE, conn(0));
	say(&m);
}

static void
login_again(const struct plan *plan)
{
	struct msg m;

	(void)plan;
	open_conn(0, &m);
	say(&m);
}

/* An old exchange is signed again, for the old login to its hash. */
static void
login_replayed(const struct plan *plan)
{
	struct msg m;

	(void)plan;
	say_type(MSG_BYE, open_conn(0, &m));
	exchange.conn = conn(1);
	sign_exchange();
	m.conn = conn(1);
	say(&m);
}

/* A new one, with the cookie of another connection. */
static void
sign_of_other(const struct plan *plan)
{
	(void)plan;
	conn(1);
	make_exchange(conn(0), cookies[1]);
	sign_exchange();
}

/* One that says that it has a bytes more. */
static void
sign_garbage(const struct plan *plan)
{
	make_exchange(conn(0), cookies[0]);
	exchange.sign.len += (uint32_t)plan->a;
	sign_exchange();
}

static void
wait_twice(const struct plan *plan)
{
	struct msg m;
	uint64_t number = open_conn(0, &m);

	(void)plan;
	say_type(MSG_WAIT, number);
	say_type(MSG_POLL, number);
	wait_for(MSG_FD, MSG_INBOX);
	say_type(MSG_WAIT, number);
}

/* "token" beside it: the text of one that is good. */
static void
make_token(struct msg *m, uint64_t number)
{
	char path[PATH_MAX + 8];
	FILE *f;

	msg_init(m, MSG_TOKEN, number);
	snprintf(path, sizeof(path), "%s/token", folder);
	if ((f = fopen(path, "r")) == NULL ||
	    fgets(m->token.text, sizeof(m->token.text), f) == NULL)
		fail("%s: %s", path, strerror(errno));
	fclose(f);
}

static uint64_t
open_enrol(struct msg *m)
{
	uint64_t number = conn(0);

	if (sign_conn(0) == 0)
		fail("the first hash is not signed");
	make_token(m, number);
	say(m);
	wait_for(MSG_FD, MSG_VERDICT);
	if (got.verdict.as != ROLE_ENROL)
		fail("a good token is refused");
	return number;
}

/* A second one (a: or a login) while the first is being checked. */
static void
token_and(const struct plan *plan)
{
	struct msg m, login;

	sign_conn(0);
	make_token(&m, conn(0));
	make_login(&login, conn(0), hash);
	say(&m);
	say(plan->a == 0 ? &m : &login);
}

/* Six that are none, and the connection is at its end. */
static void
token_tries(const struct plan *plan)
{
	struct msg m;
	int i;

	(void)plan;
	sign_conn(0);
	msg_init(&m, MSG_TOKEN, conn(0));
	m.token.text[0] = '?';
	for (i = 0; i < 6; i++)
		if (verdict_of(&m))
			fail("what is no token is good");
	wait_for(MSG_FD, MSG_CLOSE);
	say_type(MSG_BYE, conn(0));
	say(&m);
}

/* Its one command is a; b is one too many. */
static void
enrol_twice(const struct plan *plan)
{
	struct msg m;
	uint64_t number = open_enrol(&m);

	say_type((enum msg_type)plan->a, number);
	wait_for(MSG_FD, plan->a == MSG_FETCH ? MSG_FILE : MSG_ENROLLED);
	say_type((enum msg_type)plan->b, number);
}

/*
 * It may register a device; the token's number that it says, and the device
 * that it would like to be in the end, are nothing to the monitor.
 */
static void
enrol_as(const struct plan *plan)
{
	static const char line[] = "ssh-ed25519 "
				   "AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAA"
				   "AAAAAAAAAAAAAAAAAAAAAAAAA";
	struct msg m;
	uint64_t number = open_enrol(&m);

	(void)plan;
	msg_init(&m, MSG_ENROLL, number);
	m.enroll.token = INT64_MAX;
	snprintf(m.enroll.name, sizeof(m.enroll.name), "by-mallory");
	snprintf(m.enroll.key, sizeof(m.enroll.key), "%s", line);
	say(&m);
	wait_for(MSG_FD, MSG_ENROLLED);
	if (got.enrolled.refused[0] != '\0')
		fail("with a good token: %s", got.enrolled.refused);
	say_type(MSG_POLL, number);
}

static uint64_t
in_state(const char *state)
{
	struct msg m;

	conn(0); /* it has heard READY */
	if (strcmp(state, "none") == 0)
		return NOBODYS;
	if (strcmp(state, "other") == 0)
		return OTHERS;
	if (strcmp(state, "fresh") == 0)
		return conn(0);
	if (strcmp(state, "signed") == 0) {
		sign_conn(0);
		return conn(0);
	}
	if (strcmp(state, "operator") == 0)
		be_operator();
	if (strcmp(state, "token") == 0)
		return open_enrol(&m);
	open_conn(0, &m);
	if (strcmp(state, "gone") == 0)
		say_type(MSG_BYE, conn(0));
	return conn(0);
}

/* Message a in that state, b: on the socket for SIGN. */
static void
ask(const struct plan *plan)
{
	uint64_t number = in_state(plan->state);
	size_t fds = plan->a == MSG_SETUP || plan->a == MSG_CONN ||
		     plan->a == MSG_JOIN || plan->a == MSG_STREAM;
	struct msg m = {.type = (uint32_t)plan->a, .conn = number};
	size_t len = msg_size(m.type);

	if (len == 0)
		len = 16;
	else
		msg_init(&m, (enum msg_type)plan->a, number);
	if (m.type == MSG_SIGN)
		m.sign.hash = HASH;
	send_bytes(plan->b ? sign : MSG_FD, &m, len, fds);
}

/* Message a, b bytes too long, or (state) too short. */
static void
size(const struct plan *plan)
{
	static uint8_t bytes[BIG];
	struct msg m;
	size_t len = msg_size((uint32_t)plan->a);

	len = strcmp(plan->state, "less") == 0 ? len - plan->b : len + plan->b;
	msg_init(&m, (enum msg_type)plan->a, conn(0));
	memcpy(bytes, &m, sizeof(m));
	send_bytes(MSG_FD, bytes, len < BIG ? len : BIG, 0);
}

/* Text that does not end. */
static void
unterminated(const struct plan *plan)
{
	struct msg m;

	msg_init(&m, (enum msg_type)plan->a, conn(0));
	memset((uint8_t *)&m + 16, 'x', msg_size((uint32_t)plan->a) - 16);
	say(&m);
}

/* Whatever comes; b: on the socket for SIGN. */
static void
noise(const struct plan *plan)
{
	static uint8_t bytes[BIG];
	uint32_t type;
	int i;

	srandom((unsigned int)plan->a);
	for (i = 0; i < 1000; i++) {
		size_t len = 1 + (size_t)random() % (i % 3 ? 3000 : BIG);

		RAND_bytes(bytes, (int)len);
		type = (uint32_t)random() % (MSG_TYPES + 2);
		memcpy(bytes, &type, len < 4 ? len : 4);
		if (i % 2 && msg_size(type) > 0)
			len = msg_size(type);
		send_bytes(
		    plan->b ? sign : MSG_FD, bytes, len, (size_t)random() % 4);
	}
	say_type(MSG_STATUS, 0);
}

static void
descriptors(const struct plan *plan)
{
	struct msg m;

	msg_init(&m, MSG_PONG, 0);
	send_bytes(MSG_FD, &m, msg_size(MSG_PONG), plan->a);
}

static void
sign_descriptors(const struct plan *plan)
{
	struct msg m;

	msg_init(&m, MSG_SIGN, conn(0));
	send_bytes(sign, &m, msg_size(MSG_SIGN), plan->a);
}

static void
sign_length(const struct plan *plan)
{
	struct msg m;

	msg_init(&m, MSG_SIGN, conn(0));
	m.sign.hash = (uint32_t)plan->a;
	send_bytes(sign, &m, msg_size(MSG_SIGN), 0);
}

/* The answers of SIGN are not taken. */
static void
sign_unread(const struct plan *plan)
{
	(void)plan;
	make_exchange(conn(0), cookies[0]);
	for (;;)
		send_bytes(sign, &exchange, msg_size(MSG_SIGN), 0);
}

static void
unread(const struct plan *plan)
{
	struct msg m;
	uint64_t number = open_conn(0, &m);

	(void)plan;
	for (;;)
		say_type(MSG_POLL, number);
}

static void
random_ask(uint64_t number)
{
	static const enum msg_type types[] = {MSG_POLL, MSG_LISTEN, MSG_CANCEL,
	    MSG_BRIDGE_OPEN, MSG_BRIDGE_CLOSE, MSG_PONG};
	struct msg m;
	enum msg_type type = types[random() % 6];

	msg_init(&m, type, number);
	RAND_bytes((uint8_t *)&m + 16, (int)msg_size(type) - 16);
	if (type == MSG_POLL)
		m.poll.health[MSG_HEALTH - 1] = '\0';
	else if (type == MSG_LISTEN)
		m.port.port %= 1 << 17;
	else if (type != MSG_CANCEL && type != MSG_PONG)
		m.bridge.reason[MSG_ALGO - 1] = '\0';
	say(&m);
}

/* What it may ask, with whatever in it. */
static void
random_asks(const struct plan *plan)
{
	struct msg m;
	uint64_t number = open_conn(0, &m);

	srandom((unsigned int)plan->a);
	for (;;) {
		random_ask(number);
		while (hear(MSG_FD) != 0)
			;
	}
}

static bool
heard_close(void)
{
	uint32_t type;

	while ((type = hear(MSG_FD)) != 0)
		if (type == MSG_CLOSE)
			return true;
	return false;
}

/* One ask (a: its type, b: its port) until that ends the connection. */
static void
flood(const struct plan *plan)
{
	struct msg m;
	uint64_t number = open_conn(0, &m);
	unsigned long i;

	msg_init(&m, (enum msg_type)plan->a, number);
	if (plan->b > 0)
		m.port.port = (uint32_t)plan->b;
	for (i = 0; !heard_close(); i++) {
		if (i == FLOOD_MOST)
			fail("%lu of %s are taken", i, msg_name(m.type));
		say(&m);
	}
	say_type(MSG_BYE, number);
	say(&m);
}

static void
say_bridge(enum msg_type type, uint64_t number, unsigned long port, uint32_t id)
{
	struct msg m;

	msg_init(&m, type, number);
	m.bridge.port = (uint32_t)port;
	m.bridge.id = id;
	snprintf(m.bridge.reason, sizeof(m.bridge.reason), "nobody");
	say(&m);
}

/* Connections that are not there: a of them, through the open port b. */
static void
bridges(const struct plan *plan)
{
	struct msg m;
	uint64_t number = open_conn(0, &m);
	uint32_t id;
	int i;

	msg_init(&m, MSG_LISTEN, number);
	m.port.port = (uint32_t)plan->b;
	say(&m);
	wait_for(MSG_FD, MSG_LISTENING);
	if (got.listening.bound == 0)
		fail("port %lu is not permitted", plan->b);
	for (id = 1; id <= plan->a; id++) {
		say_bridge(MSG_BRIDGE_OPEN, number, plan->b, id);
		say_bridge(MSG_BRIDGE_CLOSE, number, plan->b, id);
		if (heard_close())
			fail("%u connections are too many", id);
	}
	for (i = 0; i < REFUSALS; i++)
		say_type(MSG_REFUSED, number);
}

/* More at once than channels. */
static void
bridges_at_once(const struct plan *plan)
{
	struct msg m;
	uint64_t number = open_conn(0, &m);
	uint32_t id;

	for (id = 1; id <= plan->a; id++)
		say_bridge(MSG_BRIDGE_OPEN, number, plan->b, id);
}

/* One of port b, which this connection has not: with no event, till its end. */
static void
bridge_of_other(const struct plan *plan)
{
	struct msg m;
	uint64_t number = open_conn(0, &m);

	say_bridge(MSG_BRIDGE_OPEN, number, plan->b, 1);
	say_bridge(MSG_BRIDGE_CLOSE, number, plan->b, 1);
	say_bridge(MSG_BRIDGE_CLOSE, number, plan->b, 1);
}

static void
bridge_id(const struct plan *plan)
{
	struct msg m;
	uint64_t number = open_conn(0, &m);

	say_bridge(MSG_BRIDGE_OPEN, number, plan->b, 2);
}

/* One may be asked for just now, a third is a lie. */
static void
pong(const struct plan *plan)
{
	int i;

	(void)plan;
	for (i = 0; i < 3; i++)
		say_type(MSG_PONG, 0);
}

/* et-sshd's close(2) of the connection is to wait for its peer. */
static void
linger(const struct plan *plan)
{
	static const uint8_t bytes[65536];
	struct linger l = {.l_onoff = 1, .l_linger = 600};

	(void)plan;
	conn(1);
	while (send(sockets[0], bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		;
	setsockopt(sockets[0], SOL_SOCKET, SO_LINGER, &l, sizeof(l));
	close(sockets[0]);
	say_type(MSG_BYE, conn(0));
	usleep(100000); /* it has heard BYE before SIGN */
	alarm(PROMPT);
	sign_conn(1);
	say_type(MSG_POLL, NOBODYS);
}

/* --- jumps ------------------------------------------------------------ */

static void
reach(uint64_t number, uint32_t id, uint32_t port)
{
	struct msg m;

	msg_init(&m, MSG_REACH, number);
	m.reach.id = id;
	m.reach.port = port;
	snprintf(m.reach.name, sizeof(m.reach.name), "mallory");
	say(&m);
}

static void
parted(uint64_t number, uint32_t id)
{
	struct msg m;

	msg_init(&m, MSG_PARTED, number);
	m.bridge.id = id;
	say(&m);
}

static void
joined(uint64_t number, uint64_t jump, uint32_t result)
{
	struct msg m;

	msg_init(&m, MSG_JOINED, number);
	m.joined.jump = jump;
	m.joined.result = result;
	say(&m);
}

/* More than one connection may have, all to one port. */
static void
reach_many(const struct plan *plan)
{
	struct msg m;
	uint32_t id;
	uint64_t number;

	(void)plan;
	be_operator();
	number = open_conn(0, &m);
	for (id = 1; id <= 300; id++) {
		reach(number, id, 22);
		while (hear(MSG_FD) != 0)
			;
	}
}

static void
reach_again(const struct plan *plan)
{
	struct msg m;
	uint64_t number;

	(void)plan;
	be_operator();
	number = open_conn(0, &m);
	reach(number, 1, 22);
	reach(number, 1, 22);
}

/* a: of a jump that waits; else of none. */
static void
parted_early(const struct plan *plan)
{
	struct msg m;
	uint64_t number;

	be_operator();
	number = open_conn(0, &m);
	if (plan->a)
		reach(number, 1, 22);
	parted(number, 1);
}

/*
 * An operator's connection and one of a device which holds the port: both in
 * this worker.  The device's JOIN, in got.
 */
static uint64_t
jump_to_own(uint64_t *oper)
{
	/* Others of its kind have the same device. */
	uint32_t port = 1024 + (uint32_t)getpid() % 64000;
	struct msg m;
	uint64_t device;

	device = open_conn(0, &m);
	be_operator();
	*oper = open_conn(1, &m);
	reach(*oper, 1, port);
	msg_init(&m, MSG_LISTEN, device);
	m.port.port = port;
	say(&m);
	wait_for(MSG_FD, MSG_LISTENING);
	if (got.listening.bound != port)
		fail("the port is not granted");
	wait_for(MSG_FD, MSG_JOIN);
	return device;
}

static void
joined_twice(const struct plan *plan)
{
	uint64_t oper, device = jump_to_own(&oper), jump = got.join.jump;

	(void)plan;
	joined(device, jump, JOIN_OPEN);
	wait_for(MSG_FD, MSG_REACHED);
	joined(device, jump, JOIN_REFUSED);
}

static void
joined_how(const struct plan *plan)
{
	uint64_t oper, device = jump_to_own(&oper);

	joined(device, got.join.jump, (uint32_t)plan->a);
}

static void
joined_by_operator(const struct plan *plan)
{
	uint64_t oper;

	(void)plan;
	jump_to_own(&oper);
	joined(oper, got.join.jump, JOIN_OPEN);
}

/* PARTED while it is open is fine, and then it is gone. */
static void
parted_twice(const struct plan *plan)
{
	uint64_t oper, device = jump_to_own(&oper);

	(void)plan;
	joined(device, got.join.jump, JOIN_OPEN);
	wait_for(MSG_FD, MSG_REACHED);
	parted(oper, 1);
	parted(oper, 1);
}

/* Told that the jump is over, it keeps the channels that it joined. */
static void
keep_jump(const struct plan *plan)
{
	uint64_t oper, device = jump_to_own(&oper);
	struct msg m;

	(void)plan;
	joined(device, got.join.jump, JOIN_OPEN);
	wait_for(MSG_FD, MSG_REACHED);
	msg_init(&m, MSG_CANCEL, device);
	m.port.port = 1024 + (uint32_t)getpid() % 64000;
	say(&m);
	wait_for(MSG_FD, MSG_PART);
	wait_for(MSG_FD, MSG_CLOSE);
	if (got.conn != oper)
		fail("another connection is closed");
}

static void
leave(const struct plan *plan)
{
	close(plan->a ? sign : MSG_FD);
}

static void
empty(const struct plan *plan)
{
	send_bytes(plan->a ? sign : MSG_FD, "", 0, 0);
}

/* Nothing is answered. */
static void
silent(const struct plan *plan)
{
	(void)plan;
	for (;;)
		pause();
}

static void
no_bye(const struct plan *plan)
{
	struct msg m;

	(void)plan;
	bad_logins(&m);
	for (;;)
		wait_for(MSG_FD, MSG_PING);
}

static const struct attack {
	const char *word;
	void (*run)(const struct plan *);
} attacks[] = {
    {"login-unsigned", login_unsigned},
    {"login-unhashed", login_unhashed},
    {"login-of-other", login_of_other},
    {"login-second-hash", login_second_hash},
    {"login-bad-signature", login_bad_signature},
    {"login-again", login_again},
    {"login-replayed", login_replayed},
    {"sign-of-other", sign_of_other},
    {"sign-garbage", sign_garbage},
    {"wait-twice", wait_twice},
    {"token-and", token_and},
    {"token-tries", token_tries},
    {"enrol-twice", enrol_twice},
    {"enrol-as", enrol_as},
    {"ask", ask},
    {"size", size},
    {"unterminated", unterminated},
    {"noise", noise},
    {"descriptors", descriptors},
    {"sign-descriptors", sign_descriptors},
    {"sign-length", sign_length},
    {"sign-unread", sign_unread},
    {"unread", unread},
    {"random", random_asks},
    {"flood", flood},
    {"bridges", bridges},
    {"bridges-at-once", bridges_at_once},
    {"bridge-of-other", bridge_of_other},
    {"bridge-id", bridge_id},
    {"pong", pong},
    {"linger", linger},
    {"reach-many", reach_many},
    {"reach-again", reach_again},
    {"parted-early", parted_early},
    {"parted-twice", parted_twice},
    {"joined-twice", joined_twice},
    {"joined-how", joined_how},
    {"joined-by-operator", joined_by_operator},
    {"keep-jump", keep_jump},
    {"leave", leave},
    {"empty", empty},
    {"silent", silent},
    {"no-bye", no_bye},
};

/* --- plans ------------------------------------------------------------ */

/* Move a plan to this process.  False: another was faster. */
static bool
take(const char *name, struct plan *plan)
{
	char from[PATH_MAX + 300], to[PATH_MAX + 300];
	FILE *f;
	int n;

	snprintf(from, sizeof(from), "%s/plans/%s", folder, name);
	snprintf(to, sizeof(to), "%s/taken/%s.%d", folder, name, (int)getpid());
	if (rename(from, to) == -1)
		return false;
	if ((f = fopen(to, "r")) == NULL)
		fail("%s: %s", to, strerror(errno));
	n = fscanf(f, "%31s %lu %lu %15s", plan->word, &plan->a, &plan->b,
	    plan->state);
	fclose(f);
	if (n != 4)
		fail("%s: not a plan", to);
	return true;
}

static bool
find_plan(struct plan *plan)
{
	char path[PATH_MAX + 8];
	struct dirent *e;
	bool found = false;
	DIR *d;

	snprintf(path, sizeof(path), "%s/plans", folder);
	if ((d = opendir(path)) == NULL)
		fail("%s: %s", path, strerror(errno));
	while (!found && (e = readdir(d)) != NULL)
		found = e->d_name[0] != '.' && take(e->d_name, plan);
	closedir(d);
	return found;
}

static void
behave(char **argv)
{
	char path[PATH_MAX + 32];

	snprintf(path, sizeof(path), "%s/et-sshd-worker.real", folder);
	execv(path, argv);
	fail("%s: %s", path, strerror(errno));
}

int
main(int argc, char **argv)
{
	struct plan plan;
	ssize_t n = readlink("/proc/self/exe", folder, sizeof(folder) - 1);
	size_t i;

	(void)argc;
	if (n <= 0)
		fail("/proc/self/exe: %s", strerror(errno));
	*strrchr(folder, '/') = '\0';
	if (!find_plan(&plan))
		behave(argv);
	alarm(PATIENCE);
	RAND_bytes(hash, sizeof(hash)); /* before there is one */
	wait_for(MSG_FD, MSG_SETUP);
	say_type(MSG_READY, 0);
	for (i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++)
		if (strcmp(attacks[i].word, plan.word) == 0)
			attacks[i].run(&plan);
	for (;;)
		pause();
}
