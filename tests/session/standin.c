#include "config.h"

#include <sys/socket.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "port.h"
#include "signer.h"
#include "standin.h"

#define PORTS 64 /* a connection may hold */
#define FIRST_PORT 9000 /* that is wanted */
#define REKEYS 64
#define REFUSALS 64
#define BRIDGES 1024
#define IN(state) (1U << STANDIN_##state)
#define ANY (IN(KEX) | IN(OPEN) | IN(OPERATOR) | IN(ENDING))

static const uint8_t cookie[MSG_COOKIE] = "the first kex's";

struct standin {
	int sock;
	struct standin_use use;
	enum standin_state state;
	const char *wrong;
	unsigned int hashes; /* signed */
	unsigned int refusals;
	unsigned int nbridges; /* open */
	uint32_t bridge_id; /* the last one */
	uint32_t bridges[BRIDGES]; /* their ports, by id */
	bool waits;
	struct port ports[PORTS]; /* fd -1: free */
	uint32_t numbers[PORTS];
};

static void
wrong(struct standin *s, const char *what)
{
	if (s->wrong == NULL)
		s->wrong = what;
}

/* --- SIGN ------------------------------------------------------------- */

static bool
logged_in(const struct standin *s)
{
	return s->state == STANDIN_OPEN || s->state == STANDIN_OPERATOR;
}

/* As monitor/userauth.c: one hash before login, rekeys after it. */
static void
answer_sign(void *arg, int sock, const struct msg *ask)
{
	struct standin *s = arg;
	const char *why = NULL;
	struct msg answer;

	msg_init(&answer, MSG_SIGNED, ask->conn);
	if (ask->conn != STANDIN_CONN)
		wrong(s, "SIGN: not its connection");
	else if (ask->sign.hash != 32 && ask->sign.hash != 64)
		wrong(s, "SIGN: not the length of a hash");
	else if (logged_in(s) ? s->hashes <= REKEYS
			      : s->state == STANDIN_KEX && s->hashes == 0) {
		why = signer_sign(ask, s->hashes == 0 ? cookie : NULL, &answer);
		s->hashes++;
	}
	if (why != NULL)
		wrong(s, why);
	sendto(sock, &answer, msg_size(MSG_SIGNED), 0, NULL, 0);
}

/* --- ports ------------------------------------------------------------ */

static struct port *
find_port(struct standin *s, uint32_t number)
{
	size_t i;

	for (i = 0; i < PORTS; i++)
		if (s->ports[i].fd != -1 && s->numbers[i] == number)
			return &s->ports[i];
	return NULL;
}

static void
close_port(struct standin *s, uint32_t number)
{
	struct port *p = find_port(s, number);

	if (p != NULL)
		port_close(p);
}

/* Its descriptor; -1: there are too many. */
static int
open_port(struct standin *s, uint32_t number)
{
	size_t i;

	for (i = 0; i < PORTS && s->ports[i].fd != -1; i++)
		;
	if (i == PORTS || port_open(&s->ports[i]) == -1)
		return -1;
	s->numbers[i] = number;
	return s->ports[i].fd;
}

int
standin_visit(const struct standin *s, size_t i)
{
	const struct port *p;

	for (p = s->ports; p < s->ports + PORTS; p++)
		if (p->fd != -1 && i-- == 0)
			return port_connect(p);
	return -1;
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
	if (login)
		m.verdict.as = s->use.logins;
	else if (s->use.offers && ask->login.keylen > 0)
		m.verdict.as = ROLE_DEVICE;
	if (login && s->hashes == 0)
		wrong(s, "LOGIN: before a key exchange");
	if (login && m.verdict.as != 0)
		s->state = m.verdict.as == ROLE_DEVICE ? STANDIN_OPEN
						       : STANDIN_OPERATOR;
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
		m.inbox.forwards[i].sport = (uint16_t)(FIRST_PORT + i);
		m.inbox.n++;
	}
	tell(s, &m, -1);
}

/* Each as it happens: it happens at once. */
static void
answer_wait(struct standin *s, const struct msg *ask)
{
	unsigned int i;

	(void)ask;
	if (s->waits)
		wrong(s, "WAIT: waits already");
	s->waits = true;
	for (i = 0; i < s->use.forwards; i++)
		standin_say(s, MSG_WANTED, FIRST_PORT + i);
}

static void
answer_listen(struct standin *s, const struct msg *ask)
{
	uint32_t port = ask->port.port;
	struct msg m;
	int fd = -1;

	msg_init(&m, MSG_LISTENING, ask->conn);
	m.listening.port = port;
	if (s->use.listens && port > 0 && port < 65536 &&
	    find_port(s, port) == NULL)
		fd = open_port(s, port);
	if (fd != -1)
		m.listening.bound = port;
	tell(s, &m, fd);
}

static void
answer_cancel(struct standin *s, const struct msg *ask)
{
	close_port(s, ask->port.port);
}

static void
answer_refused(struct standin *s, const struct msg *ask)
{
	(void)ask;
	if (++s->refusals > REFUSALS)
		wrong(s, "REFUSED: too many refusals of one connection");
}

/* As monitor/bridge.c. */
static void
answer_bridge_open(struct standin *s, const struct msg *ask)
{
	if (ask->bridge.id != ++s->bridge_id)
		wrong(s, "BRIDGE_OPEN: not the next id");
	if (++s->nbridges > STANDIN_CHANNELS)
		wrong(s, "BRIDGE_OPEN: more than its channels");
	s->bridges[s->bridge_id % BRIDGES] = ask->bridge.port;
}

static void
answer_bridge_close(struct standin *s, const struct msg *ask)
{
	uint32_t *port = &s->bridges[ask->bridge.id % BRIDGES];

	if (*port == 0 || *port != ask->bridge.port) {
		wrong(s, "BRIDGE_CLOSE: not an open one");
		return;
	}
	*port = 0;
	s->nbridges--;
}

static void
answer_bye(struct standin *s, const struct msg *ask)
{
	(void)ask;
	if (s->nbridges > 0)
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
    {MSG_WAIT, IN(OPEN), answer_wait},
    {MSG_LISTEN, IN(OPEN), answer_listen},
    {MSG_CANCEL, IN(OPEN), answer_cancel},
    {MSG_REFUSED, ANY & ~IN(ENDING), answer_refused},
    {MSG_BRIDGE_OPEN, IN(OPEN) | IN(ENDING), answer_bridge_open},
    {MSG_BRIDGE_CLOSE, IN(OPEN) | IN(ENDING), answer_bridge_close},
    {MSG_BYE, ANY, answer_bye},
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
	signer_serve(answer_sign, s);
	return s;
}

void
standin_free(struct standin *s)
{
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; i < PORTS; i++)
		port_close(&s->ports[i]);
	close(s->sock);
	signer_serve(NULL, NULL);
	free(s);
}

void
standin_accept(struct standin *s, int fd)
{
	struct msg m;

	msg_init(&m, MSG_CONN, STANDIN_CONN);
	memcpy(m.conn_new.cookie, cookie, sizeof(cookie));
	tell(s, &m, fd);
}

void
standin_say(struct standin *s, enum msg_type type, uint32_t port)
{
	struct msg m;

	msg_init(&m, type, STANDIN_CONN);
	if (type == MSG_UNLISTEN) {
		m.port.port = port;
		close_port(s, port);
	} else if (type == MSG_WANTED) {
		m.wanted.dport = 22;
		m.wanted.sport = port;
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

int
standin_socket(const struct standin *s)
{
	return s->sock;
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
