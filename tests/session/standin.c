#include "config.h"

#include <sys/mman.h>
#include <sys/socket.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bridges.h"
#include "joint.h"
#include "port.h"
#include "signer.h"
#include "standin.h"

#define FIRST_PORT 9000 /* that is wanted */
#define REKEYS 4
#define REFUSALS 64
#define IN(state) (1U << STANDIN_##state)
#define ANY (IN(KEX) | IN(OPEN) | IN(OPERATOR) | IN(ENROL) | IN(ENDING))

static const uint8_t cookie[MSG_COOKIE] = "the first kex's";

struct standin {
	int sock;
	struct standin_use use;
	enum standin_state state;
	const char *wrong;
	unsigned int hashes; /* signed */
	unsigned int refusals;
	struct bridges bridges;
	bool waits, enrolled;
	bool keyed, tried; /* user enroll by a key; and its token */
	struct joints jumps; /* an operator's, by the worker's id */
	struct joints commands; /* an operator's, by the worker's id */
	struct joints joins; /* a device's, by the number in JOIN */
	uint64_t ticket; /* of the last one */
	uint64_t unanswered; /* bits */
	struct ports ports;
};

/* The first one is kept; NULL is none. */
static void
wrong(struct standin *s, const char *what)
{
	if (s->wrong == NULL)
		s->wrong = what;
}

static void
tell(const struct standin *s, const struct msg *m, int fd)
{
	struct msgq *q = msgq_new(s->sock, sizeof(*m));

	if (q != NULL)
		msgq_send(q, m, fd);
	msgq_free(q);
}

static void
give(const struct standin *s, const struct msg *m, int fd)
{
	tell(s, m, fd);
	if (fd != -1)
		close(fd);
}

/* --- SIGN ------------------------------------------------------------- */

/* As monitor/login/sign.c: one hash before login, rekeys after it. */
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
	else if (s->state != STANDIN_ENDING &&
		 s->hashes <= (s->state == STANDIN_KEX ? 0 : REKEYS)) {
		why = signer_sign(ask, s->hashes == 0 ? cookie : NULL, &answer);
		s->hashes++;
	}
	wrong(s, why);
	sendto(sock, &answer, msg_size(MSG_SIGNED), 0, NULL, 0);
}

/* --- answers ---------------------------------------------------------- */

static void
answer_login(struct standin *s, const struct msg *ask)
{
	bool login = ask->login.datalen > 0;
	struct msg m;

	msg_init(&m, MSG_VERDICT, ask->conn);
	if (login && s->use.logins != ROLE_ENROL)
		m.verdict.as = s->use.logins;
	else if (!login && s->use.offers && ask->login.keylen > 0)
		m.verdict.as = ROLE_DEVICE;
	if (login && s->hashes == 0)
		wrong(s, "LOGIN: before a key exchange");
	if (s->keyed)
		wrong(s, "LOGIN: a second login");
	if (m.verdict.as == ROLE_ENROL_KEY)
		s->keyed = true;
	else if (login && m.verdict.as != 0)
		s->state = m.verdict.as == ROLE_DEVICE ? STANDIN_OPEN
						       : STANDIN_OPERATOR;
	tell(s, &m, -1);
}

/* Without a text: may one be tried? */
static void
answer_token(struct standin *s, const struct msg *ask)
{
	struct msg m;

	msg_init(&m, MSG_VERDICT, ask->conn);
	if (s->hashes == 0)
		wrong(s, "TOKEN: before its key exchange");
	if (s->keyed && s->tried)
		wrong(s, "TOKEN: a second one after one key");
	s->tried = s->keyed;
	if (ask->token.text[0] != '\0' && ask->token.text[0] != '?' &&
	    (s->use.logins == ROLE_ENROL || s->keyed)) {
		m.verdict.as = ROLE_ENROL;
		s->state = STANDIN_ENROL;
	}
	m.verdict.password = 1;
	tell(s, &m, -1);
}

/* One of them. */
static void
answer_enrol(struct standin *s, const struct msg *ask)
{
	bool fetch = ask->type == MSG_FETCH;
	struct msg m;
	int fd = -1;

	if (s->enrolled)
		wrong(s, "FETCH, ENROLL: a second command of one login");
	s->enrolled = true;
	msg_init(&m, fetch ? MSG_FILE : MSG_ENROLLED, ask->conn);
	if (fetch && s->use.forwards > 0) {
		fd = memfd_create("installer", MFD_CLOEXEC);
		m.file.size = s->use.forwards;
		if (ftruncate(fd, (off_t)m.file.size) == -1)
			m.file.size = 0;
	} else if (!fetch && s->use.forwards == 0)
		memcpy(m.enrolled.refused, "taken", sizeof("taken"));
	give(s, &m, fd);
}

static void
answer_poll(struct standin *s, const struct msg *ask)
{
	struct msg m;
	unsigned int i;

	msg_init(&m, MSG_INBOX, ask->conn);
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
	uint32_t number = ask->port.port;
	struct msg m;

	msg_init(&m, MSG_LISTENING, ask->conn);
	m.listening.port = number;
	if (s->use.listens && number > 0 && number < 65536 &&
	    ports_open(&s->ports, number))
		m.listening.bound = number;
	tell(s, &m, -1);
}

static void
answer_cancel(struct standin *s, const struct msg *ask)
{
	ports_close(&s->ports, ask->port.port);
}

static void
answer_refused(struct standin *s, const struct msg *ask)
{
	(void)ask;
	if (++s->refusals > REFUSALS)
		wrong(
		    s, "REFUSED: too many refused requests on one connection");
}

static void
answer_bridge_close(struct standin *s, const struct msg *ask)
{
	wrong(s, bridges_close(&s->bridges, &ask->bridge));
}

static void
answer_reach(struct standin *s, const struct msg *ask)
{
	struct msg m;
	int fd = -1;

	if (joint_close(&s->jumps, ask->reach.id) || ask->reach.id == 0)
		wrong(s, "REACH: a second jump of one channel");
	else if (s->use.listens)
		fd = joint_open(&s->jumps, ask->reach.id);
	msg_init(&m, MSG_REACHED, ask->conn);
	m.reached.id = ask->reach.id;
	m.reached.ok = fd != -1;
	give(s, &m, fd);
}

static void
answer_jump_closed(struct standin *s, const struct msg *ask)
{
	if (!joint_close(&s->jumps, ask->bridge.id))
		wrong(s, "JUMP_CLOSED: not a jump of this connection");
}

/* Of each JOIN once, or never if the connection ends. */
static void
answer_joined(struct standin *s, const struct msg *ask)
{
	const struct msg_joined *j = &ask->joined;
	uint64_t bit = UINT64_C(1) << j->jump % JOINTS;

	if (j->jump == 0 || j->jump > s->ticket || j->result < JOIN_OPEN ||
	    j->result > JOIN_FULL)
		wrong(s, "JOINED: no such jump");
	else if (!(s->unanswered & bit))
		wrong(s, "JOINED: answered before");
	else if (j->result != JOIN_OPEN)
		joint_close(&s->joins, j->jump);
	s->unanswered &= ~bit;
}

static void
end_command(
    struct standin *s, uint32_t id, uint32_t status, const char *refused)
{
	struct msg m;

	msg_init(&m, MSG_COMMANDED, STANDIN_CONN);
	m.commanded.id = id;
	m.commanded.status = status;
	strncpy(m.commanded.refused, refused, sizeof(m.commanded.refused) - 1);
	tell(s, &m, -1);
}

static void
give_stream(struct standin *s, uint32_t id, enum msg_stream_of which, int fd)
{
	struct msg m;

	msg_init(&m, MSG_STREAM, STANDIN_CONN);
	m.stream.id = id;
	m.stream.which = which;
	give(s, &m, fd);
}

/* A console that has said all it has to say of errors. */
static void
answer_command(struct standin *s, const struct msg *ask)
{
	uint32_t id = ask->command.id;
	int fd, err[2];

	if (joint_close(&s->commands, id) || id == 0) {
		wrong(s, "COMMAND: a second command of one channel");
		return;
	}
	if ((fd = joint_open(&s->commands, id)) == -1 || !s->use.listens ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, err) == -1) {
		if (fd != -1)
			close(fd);
		end_command(s, id, 1, "too many concurrent commands");
		return;
	}
	close(err[0]);
	give_stream(s, id, STREAM_IN_OUT, fd);
	give_stream(s, id, STREAM_ERR, err[1]);
}

static void
answer_hung_up(struct standin *s, const struct msg *ask)
{
	/* Of more than JOINTS some have none. */
	if (!joint_close(&s->commands, ask->hung_up.id) &&
	    joint_any(&s->commands))
		wrong(s, "HUNG_UP: no such command");
}

static void
answer_bye(struct standin *s, const struct msg *ask)
{
	(void)ask;
	if (joint_any(&s->commands))
		wrong(s, "BYE: with commands that run");
	if (s->bridges.n > 0)
		wrong(s, "BYE: with bridges that are open");
	s->state = STANDIN_GONE;
}

static const struct rule {
	enum msg_type type;
	unsigned int states; /* in which a connection may ask */
	void (*answer)(struct standin *, const struct msg *);
} rules[] = {
    {MSG_LOGIN, IN(KEX), answer_login},
    {MSG_TOKEN, IN(KEX), answer_token},
    {MSG_FETCH, IN(ENROL), answer_enrol},
    {MSG_ENROLL, IN(ENROL), answer_enrol},
    {MSG_POLL, IN(OPEN), answer_poll},
    {MSG_WAIT, IN(OPEN), answer_wait},
    {MSG_LISTEN, IN(OPEN), answer_listen},
    {MSG_CANCEL, IN(OPEN), answer_cancel},
    {MSG_REFUSED, ANY & ~IN(ENDING), answer_refused},
    {MSG_BRIDGE_CLOSE, IN(OPEN) | IN(ENDING), answer_bridge_close},
    {MSG_JOINED, IN(OPEN), answer_joined},
    {MSG_REACH, IN(OPERATOR), answer_reach},
    {MSG_JUMP_CLOSED, IN(OPERATOR) | IN(ENDING), answer_jump_closed},
    {MSG_COMMAND, IN(OPERATOR), answer_command},
    {MSG_HUNG_UP, IN(OPERATOR) | IN(ENDING), answer_hung_up},
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

	if ((s = calloc(1, sizeof(*s))) == NULL)
		return NULL;
	s->sock = sock;
	s->use = *use;
	signer_serve(answer_sign, s);
	return s;
}

void
standin_free(struct standin *s)
{
	if (s == NULL)
		return;
	joint_close_all(&s->jumps);
	joint_close_all(&s->joins);
	joint_close_all(&s->commands);
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
		ports_close(&s->ports, port);
	} else if (type == MSG_WANTED) {
		m.wanted.dport = 22;
		m.wanted.sport = port;
	} else if (type == MSG_COMMANDED) {
		joint_shut(&s->commands, port);
		end_command(s, port, 0, "");
		return;
	} else if (type == MSG_HINTS) {
		memset(m.hints.text, '\n', port % sizeof(m.hints.text));
	} else if (type == MSG_JUMP_CLOSE) {
		m.jump_close.id = port;
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

int
standin_join(struct standin *s, uint32_t port)
{
	struct msg m;
	int fd;

	if (s->state != STANDIN_OPEN || !ports_has(&s->ports, port) ||
	    (fd = joint_open(&s->joins, s->ticket + 1)) == -1)
		return -1;
	s->ticket++;
	s->unanswered |= UINT64_C(1) << s->ticket % JOINTS;
	msg_init(&m, MSG_JOIN, STANDIN_CONN);
	m.join.jump = s->ticket;
	m.join.port = port;
	give(s, &m, fd);
	return joint_other_end(&s->joins, s->ticket);
}

/* As monitor/device/tunnel_accept.c passes a connection to a forward. */
static int
accept_visitor(struct standin *s, uint32_t port)
{
	struct msg m;
	int sock[2];

	msg_init(&m, MSG_ACCEPTED, STANDIN_CONN);
	if (s->state != STANDIN_OPEN || port == 0 ||
	    (m.accepted.id =
		    bridges_open(&s->bridges, port, STANDIN_CHANNELS)) == 0)
		return -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
		sock) == -1) {
		wrong(s, "out of descriptors");
		return -1;
	}
	m.accepted.port = port;
	m.accepted.from = 4711;
	memcpy(m.accepted.addr, "127.0.0.1", sizeof("127.0.0.1"));
	give(s, &m, sock[0]);
	return sock[1];
}

int
standin_visit(struct standin *s, size_t i)
{
	if (s->state == STANDIN_OPERATOR && joint_any(&s->commands))
		return joint_other_end(&s->commands, i + 1);
	if (s->state == STANDIN_OPERATOR)
		return joint_other_end(&s->jumps, i + 1);
	return accept_visitor(s, ports_at(&s->ports, i));
}
