#include "config.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "standin.h"
#include "wire.h"

#define PORTS 64 /* a connection may hold */
#define REKEYS 64
#define REFUSALS 64
#define IN(state) (1U << STANDIN_##state)

/* A port is a unix socket here. */
struct port {
	uint32_t number;
	int fd; /* -1: free */
	struct sockaddr_un address;
	socklen_t len;
};

struct standin {
	int sock;
	struct standin_use use;
	enum standin_state state;
	const char *wrong;
	unsigned int hashes; /* signed */
	unsigned int refusals;
	unsigned int bridges; /* open */
	uint32_t bridge_id; /* the last one */
	struct port ports[PORTS];
};

typedef int sign_fn(
    EVP_MD_CTX *, unsigned char *, size_t *, const unsigned char *, size_t);

/* The worker's call carries nothing of ours. */
static struct {
	int asks; /* the worker's end */
	int answers;
	EVP_PKEY *key;
	sign_fn *sign; /* libcrypto's; the worker exports another */
	struct standin *turn;
} signer = {.asks = -1, .answers = -1};

static void
wrong(struct standin *s, const char *what)
{
	if (s->wrong == NULL)
		s->wrong = what;
}

/* --- SIGN ------------------------------------------------------------- */

int
standin_start(struct msg_hostkey *m)
{
	static const uint8_t seed[32] = "a host key that everybody knows";
	void *found = dlsym(RTLD_NEXT, "EVP_DigestSign");
	uint8_t public[32];
	size_t len = sizeof(public), n = 0;
	int sock[2];

	memcpy(&signer.sign, &found, sizeof(signer.sign));
	signer.key = EVP_PKEY_new_raw_private_key(
	    EVP_PKEY_ED25519, NULL, seed, sizeof(seed));
	if (found == NULL || signer.key == NULL ||
	    EVP_PKEY_get_raw_public_key(signer.key, public, &len) != 1 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sock) == -1)
		return -1;
	signer.asks = sock[0];
	signer.answers = sock[1];
	memset(m, 0, sizeof(*m));
	snprintf(m->type, sizeof(m->type), "ssh-ed25519");
	wire_put(m->blob, sizeof(m->blob), &n, m->type, strlen(m->type));
	wire_put(m->blob, sizeof(m->blob), &n, public, sizeof(public));
	m->len = (uint32_t)n;
	return signer.asks;
}

/* As monitor/userauth.c: one hash before login, rekeys after it. */
static bool
may_sign(struct standin *s, const struct msg *ask)
{
	if (s == NULL)
		return false;
	if (ask->type != MSG_SIGN || ask->conn != STANDIN_CONN)
		wrong(s, "not a SIGN of its connection");
	else if (ask->sign.hash != 32 && ask->sign.hash != 64)
		wrong(s, "SIGN: not the length of a hash");
	else if (s->state == STANDIN_OPEN ? s->hashes <= REKEYS
					  : s->hashes == 0)
		return true;
	return false;
}

static void
answer_sign(void)
{
	struct standin *s = signer.turn;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	struct msg ask, answer;
	uint8_t hash[MSG_HASH];
	const char *reason;
	size_t len = MSG_SIG;
	int fd;

	if (msg_recv(signer.answers, &ask, &fd, &reason) == MSG_OK) {
		msg_init(&answer, MSG_SIGNED, ask.conn);
		if (may_sign(s, &ask) &&
		    EVP_DigestSignInit(ctx, NULL, NULL, NULL, signer.key) ==
			1 &&
		    EVP_Digest(ask.sign.exchange, ask.sign.len, hash, NULL,
			ask.sign.hash == 32 ? EVP_sha256() : EVP_sha512(),
			NULL) == 1 &&
		    signer.sign(ctx, answer.signature.sig, &len, hash,
			ask.sign.hash) == 1) {
			answer.signature.len = (uint32_t)len;
			s->hashes++;
		}
		sendto(
		    signer.answers, &answer, msg_size(MSG_SIGNED), 0, NULL, 0);
	}
	EVP_MD_CTX_free(ctx);
}

/* In libc's place, and with its contract: see send(2). */
ssize_t
send(int fd, const void *bytes, size_t len, int flags)
{
	ssize_t n = sendto(fd, bytes, len, flags, NULL, 0);

	if (n != -1 && fd == signer.asks)
		answer_sign();
	return n;
}

/* --- ports ------------------------------------------------------------ */

static struct port *
find_port(struct standin *s, uint32_t number)
{
	size_t i;

	for (i = 0; i < PORTS; i++)
		if (s->ports[i].fd != -1 && s->ports[i].number == number)
			return &s->ports[i];
	return NULL;
}

static void
close_port(struct port *p)
{
	if (p == NULL || p->fd == -1)
		return;
	shutdown(p->fd, SHUT_RDWR); /* the worker holds it, too */
	close(p->fd);
	p->fd = -1;
}

static struct port *
open_port(struct standin *s, uint32_t number)
{
	struct port *p = s->ports;

	while (p < s->ports + PORTS && p->fd != -1)
		p++;
	if (p == s->ports + PORTS)
		return NULL;
	memset(&p->address, 0, sizeof(p->address));
	p->address.sun_family = AF_UNIX;
	p->len = sizeof(p->address);
	p->number = number;
	p->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* The kernel chooses an address: unix(7), autobind. */
	if (p->fd != -1 &&
	    bind(p->fd, (struct sockaddr *)&p->address, sizeof(sa_family_t)) ==
		0 &&
	    listen(p->fd, 16) == 0 &&
	    getsockname(p->fd, (struct sockaddr *)&p->address, &p->len) == 0)
		return p;
	close_port(p);
	return NULL;
}

int
standin_visit(const struct standin *s, size_t i)
{
	const struct port *p;
	int fd;

	for (p = s->ports; p < s->ports + PORTS; p++)
		if (p->fd != -1 && i-- == 0)
			break;
	if (p == s->ports + PORTS)
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd != -1 &&
	    connect(fd, (const struct sockaddr *)&p->address, p->len) == -1) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* --- answers ---------------------------------------------------------- */

static void
tell(const struct standin *s, const struct msg *m, int fd)
{
	struct msgq *q = msgq_new(s->sock, sizeof(*m));

	if (q != NULL)
		msgq_send(q, m, fd);
	msgq_free(q);
}

static void
answer_login(struct standin *s, const struct msg *ask)
{
	bool login = ask->login.datalen > 0;
	struct msg m;

	msg_init(&m, MSG_VERDICT, ask->conn);
	if (login ? s->use.logins : s->use.offers && ask->login.keylen > 0)
		m.verdict.as = ROLE_DEVICE;
	if (login && s->hashes == 0)
		wrong(s, "LOGIN: before a key exchange");
	if (login && m.verdict.as != 0)
		s->state = STANDIN_OPEN;
	tell(s, &m, -1);
}

static void
answer_poll(struct standin *s, const struct msg *ask)
{
	struct msg m;
	unsigned int i;

	msg_init(&m, MSG_INBOX, ask->conn);
	m.inbox.next = 5;
	for (i = 0; i < s->use.forwards && i < MSG_PORTS; i++) {
		m.inbox.forwards[i].dport = 22;
		m.inbox.forwards[i].sport = (uint16_t)(9000 + i);
		m.inbox.n++;
	}
	tell(s, &m, -1);
}

static void
answer_listen(struct standin *s, const struct msg *ask)
{
	struct port *p = NULL;
	struct msg m;

	msg_init(&m, MSG_LISTENING, ask->conn);
	m.listening.port = ask->port.port;
	if (s->use.listens && ask->port.port > 0 && ask->port.port < 65536 &&
	    find_port(s, ask->port.port) == NULL)
		p = open_port(s, ask->port.port);
	if (p != NULL)
		m.listening.bound = ask->port.port;
	tell(s, &m, p != NULL ? p->fd : -1);
}

static void
answer_cancel(struct standin *s, const struct msg *ask)
{
	close_port(find_port(s, ask->port.port));
}

static void
answer_refused(struct standin *s, const struct msg *ask)
{
	(void)ask;
	if (++s->refusals > REFUSALS)
		wrong(s, "REFUSED: too many refusals of one connection");
}

static void
answer_bridge_open(struct standin *s, const struct msg *ask)
{
	if (ask->bridge.id != ++s->bridge_id)
		wrong(s, "BRIDGE_OPEN: not the next one");
	s->bridges++;
}

static void
answer_bridge_close(struct standin *s, const struct msg *ask)
{
	if (ask->bridge.id > s->bridge_id || s->bridges-- == 0)
		wrong(s, "BRIDGE_CLOSE: of none that is open");
}

static void
answer_bye(struct standin *s, const struct msg *ask)
{
	(void)ask;
	if (s->bridges > 0)
		wrong(s, "BYE: with bridges that are open");
	s->state = STANDIN_GONE;
}

static const struct rule {
	enum msg_type type;
	unsigned int states; /* in which a connection may ask */
	void (*answer)(struct standin *, const struct msg *);
} rules[] = {
    {MSG_LOGIN, IN(KEX), answer_login},
    {MSG_POLL, IN(OPEN), answer_poll},
    {MSG_LISTEN, IN(OPEN), answer_listen},
    {MSG_CANCEL, IN(OPEN), answer_cancel},
    {MSG_REFUSED, IN(KEX) | IN(OPEN), answer_refused},
    {MSG_BRIDGE_OPEN, IN(OPEN), answer_bridge_open},
    {MSG_BRIDGE_CLOSE, IN(OPEN) | IN(ENDING), answer_bridge_close},
    {MSG_BYE, IN(KEX) | IN(OPEN) | IN(ENDING), answer_bye},
};

static void
hear(struct standin *s, const struct msg *ask)
{
	size_t i;

	if (ask->type == MSG_PONG)
		return;
	if (ask->conn != STANDIN_CONN) {
		wrong(s, "not its connection");
		return;
	}
	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (rules[i].type != ask->type)
			continue;
		if (rules[i].states & (1U << s->state))
			rules[i].answer(s, ask);
		else if (s->state != STANDIN_ENDING)
			wrong(s, "out of turn");
		return;
	}
	wrong(s, "not a worker's to say");
}

/* --- a connection ----------------------------------------------------- */

struct standin *
standin_new(int sock, const struct standin_use *use)
{
	struct standin *s;
	size_t i;

	if ((s = calloc(1, sizeof(*s))) == NULL)
		return NULL;
	s->sock = sock;
	s->use = *use;
	for (i = 0; i < PORTS; i++)
		s->ports[i].fd = -1;
	signer.turn = s;
	return s;
}

void
standin_free(struct standin *s)
{
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; i < PORTS; i++)
		close_port(&s->ports[i]);
	close(s->sock);
	signer.turn = NULL;
	free(s);
}

void
standin_accept(struct standin *s, int fd)
{
	struct msg m;

	msg_init(&m, MSG_CONN, STANDIN_CONN);
	tell(s, &m, fd);
}

void
standin_say(struct standin *s, enum msg_type type, uint32_t port)
{
	struct msg m;

	msg_init(&m, type, STANDIN_CONN);
	if (type == MSG_UNLISTEN) {
		m.port.port = port;
		close_port(find_port(s, port));
	} else if (type == MSG_CLOSE && s->state != STANDIN_GONE)
		s->state = STANDIN_ENDING;
	tell(s, &m, -1);
}

unsigned int
standin_serve(struct standin *s)
{
	enum msg_result r;
	const char *reason;
	unsigned int n = 0;
	struct msg m;
	int fd;

	while ((r = msg_recv(s->sock, &m, &fd, &reason)) == MSG_OK) {
		hear(s, &m);
		n++;
	}
	if (r == MSG_BAD)
		wrong(s, reason);
	return n;
}

enum standin_state
standin_state(const struct standin *s)
{
	return s->state;
}

const char *
standin_wrong(const struct standin *s)
{
	return s->wrong;
}
