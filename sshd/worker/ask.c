#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <libssh/libssh.h>

#include "ask.h"
#include "auth.h"
#include "command.h"
#include "enrol.h"
#include "exec.h"
#include "forward.h"
#include "jump.h"
#include "msg.h"
#include "session.h"
#include "signature.h"
#include "console_streams.h"
#include "worker.h"

#define RECEIVE_MAX 64 /* messages in one turn of the loop */

static struct msg *
begin(struct worker *w, enum msg_type type, uint64_t number)
{
	msg_init(&w->scratch, type, number);
	return &w->scratch;
}

static void
tell(struct worker *w)
{
	if (msgq_send(w->out, &w->scratch, -1) != MSG_OK)
		worker_stop(w, 0);
	else if (msgq_pending(w->out) > 0)
		worker_flush_later(w);
}

/* Cut text to its field. */
static void
put(char *field, size_t size, const char *text)
{
	snprintf(field, size, "%s", text != NULL ? text : "");
}

void
ask_ready(struct worker *w)
{
	struct msg_ready *r = &begin(w, MSG_READY, 0)->ready;

	/* "0.12.2/openssl/zlib" */
	put(r->libssh, sizeof(r->libssh), ssh_version(0));
	r->libssh[strcspn(r->libssh, "/")] = '\0';
	put(r->kex, sizeof(r->kex), w->kex);
	tell(w);
}

static struct msg_login *
begin_login(struct session *s)
{
	struct msg_login *l = &begin(s->worker, MSG_LOGIN, s->number)->login;

	put(l->client, sizeof(l->client), ssh_get_clientbanner(s->ssh));
	put(l->kex, sizeof(l->kex), ssh_get_kex_algo(s->ssh));
	put(l->cipher, sizeof(l->cipher), ssh_get_cipher_in(s->ssh));
	return l;
}

void
ask_offer(struct session *s, const char *user, const char *algorithm,
    const uint8_t *key, size_t keylen)
{
	struct msg_login *l = begin_login(s);

	put(l->user, sizeof(l->user), user);
	put(l->algorithm, sizeof(l->algorithm), algorithm);
	memcpy(l->key, key, keylen);
	l->keylen = (uint32_t)keylen;
	tell(s->worker);
}

void
ask_login(struct session *s)
{
	/* Without a signature it is an offer of no key: refused. */
	signature_take(begin_login(s), s->number);
	tell(s->worker);
}

void
ask_token(struct session *s, const char *text)
{
	struct msg_token *t = &begin(s->worker, MSG_TOKEN, s->number)->token;

	put(t->text, sizeof(t->text), text);
	put(t->client, sizeof(t->client), ssh_get_clientbanner(s->ssh));
	put(t->kex, sizeof(t->kex), ssh_get_kex_algo(s->ssh));
	put(t->cipher, sizeof(t->cipher), ssh_get_cipher_in(s->ssh));
	tell(s->worker);
	explicit_bzero(t->text, sizeof(t->text));
}

void
ask_fetch(struct session *s)
{
	begin(s->worker, MSG_FETCH, s->number);
	tell(s->worker);
}

void
ask_enroll(struct session *s, const char *name, const char *key)
{
	struct msg_enroll *e = &begin(s->worker, MSG_ENROLL, s->number)->enroll;

	put(e->name, sizeof(e->name), name);
	put(e->key, sizeof(e->key), key);
	tell(s->worker);
}

static void
tell_poll(struct session *s, enum msg_type type, unsigned int version,
    const char *health, unsigned int dropped)
{
	struct msg_poll *p = &begin(s->worker, type, s->number)->poll;

	p->version = version;
	p->dropped = dropped;
	put(p->health, sizeof(p->health), health);
	tell(s->worker);
}

void
ask_poll(struct session *s, unsigned int version, const char *health,
    unsigned int dropped)
{
	tell_poll(s, MSG_POLL, version, health, dropped);
}

void
ask_wait(struct session *s, const char *health, unsigned int dropped)
{
	tell_poll(s, MSG_WAIT, 1, health, dropped);
}

static void
tell_port(struct session *s, enum msg_type type, uint32_t port)
{
	begin(s->worker, type, s->number)->port.port = port;
	tell(s->worker);
}

void
ask_listen(struct session *s, uint32_t port)
{
	tell_port(s, MSG_LISTEN, port);
}

void
ask_cancel(struct session *s, uint32_t port)
{
	tell_port(s, MSG_CANCEL, port);
}

void
ask_refused(struct session *s, const char *what, bool limit, const char *detail)
{
	struct msg_refused *r;

	r = &begin(s->worker, MSG_REFUSED, s->number)->refused;
	r->limit = limit;
	put(r->what, sizeof(r->what), what);
	put(r->detail, sizeof(r->detail), detail);
	tell(s->worker);
}

static void
tell_end(struct session *s, enum msg_type type, uint32_t port, uint32_t id,
    uint64_t in, uint64_t out, const char *reason)
{
	struct msg_bridge *b = &begin(s->worker, type, s->number)->bridge;

	b->port = port;
	b->id = id;
	b->bytes_in = in;
	b->bytes_out = out;
	put(b->reason, sizeof(b->reason), reason);
	tell(s->worker);
}

void
ask_bridge_close(struct session *s, uint32_t port, uint32_t id, uint64_t in,
    uint64_t out, const char *reason)
{
	tell_end(s, MSG_BRIDGE_CLOSE, port, id, in, out, reason);
}

void
ask_reach(struct session *s, uint32_t id, const char *name, uint32_t port)
{
	struct msg_reach *r;

	r = &begin(s->worker, MSG_REACH, s->number)->reach;
	r->id = id;
	r->port = port;
	put(r->name, sizeof(r->name), name);
	tell(s->worker);
}

void
ask_joined(struct session *s, uint64_t jump, uint32_t result)
{
	struct msg_joined *j;

	j = &begin(s->worker, MSG_JOINED, s->number)->joined;
	j->jump = jump;
	j->result = result;
	tell(s->worker);
}

void
ask_jump_closed(struct session *s, uint32_t id, uint64_t in, uint64_t out,
    const char *reason)
{
	tell_end(s, MSG_JUMP_CLOSED, 0, id, in, out, reason);
}

void
ask_command(struct session *s, uint32_t id, bool shell,
    const struct console_streams *st, const char *text)
{
	struct msg_command *c;

	c = &begin(s->worker, MSG_COMMAND, s->number)->command;
	c->id = id;
	c->shell = shell;
	c->terminal = st->terminal;
	c->columns = st->columns;
	c->rows = st->rows;
	c->colour = st->colour;
	put(c->text, sizeof(c->text), text);
	tell(s->worker);
}

void
ask_hung_up(struct session *s, uint32_t id, uint64_t in, uint64_t out)
{
	struct msg_hung_up *h;

	h = &begin(s->worker, MSG_HUNG_UP, s->number)->hung_up;
	h->id = id;
	h->bytes_in = in;
	h->bytes_out = out;
	tell(s->worker);
}

void
ask_bye(struct worker *w, uint64_t number, uint64_t in, uint64_t out,
    const char *reason)
{
	struct msg_bye *b = &begin(w, MSG_BYE, number)->bye;

	b->bytes_in = in;
	b->bytes_out = out;
	put(b->reason, sizeof(b->reason), reason);
	tell(w);
}

static void
answer_close(struct session *s, const struct msg *m, int fd)
{
	(void)fd;
	session_end(s, m->close.reason);
}

/* Each takes the descriptor that came with the message. */
static const struct answer {
	enum msg_type type;
	void (*take)(struct session *, const struct msg *, int fd);
} answers[] = {
    {MSG_CLOSE, answer_close},
    {MSG_VERDICT, auth_answer},
    {MSG_FILE, enrol_file},
    {MSG_ENROLLED, enrol_enrolled},
    {MSG_INBOX, exec_answer},
    {MSG_WANTED, exec_wanted},
    {MSG_HINTS, exec_hints},
    {MSG_LISTENING, forward_answer},
    {MSG_ACCEPTED, forward_accepted},
    {MSG_REACHED, jump_answer},
    {MSG_JOIN, forward_join},
    {MSG_JUMP_CLOSE, jump_close},
    {MSG_STREAM, command_stream},
    {MSG_COMMANDED, command_ended},
    {MSG_UNLISTEN, forward_unlisten},
};

/* False: the monitor must not send this. */
static bool
take_answer(struct worker *w, const struct msg *m, int fd)
{
	struct session *s;
	size_t i;

	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (answers[i].type == m->type)
			break;
	if (i == sizeof(answers) / sizeof(answers[0])) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	/* It may have ended while the monitor answered. */
	if ((s = session_find(w, m->conn)) == NULL) {
		if (fd >= 0)
			close(fd);
		return true;
	}
	session_turn(s);
	answers[i].take(s, m, fd);
	session_step(s);
	return true;
}

/* Of the other messages each handler refuses what it has no room for. */
static bool
take(struct worker *w, const struct msg *m, int fd)
{
	switch (m->type) {
	case MSG_CONN:
		if (fd == MSG_FD_LOST) {
			ask_bye(w, m->conn, 0, 0, ASK_NO_DESCRIPTOR);
			return true;
		}
		if (session_find(w, m->conn) != NULL) {
			close(fd);
			return false;
		}
		session_start(w, m->conn, m->conn_new.cookie, fd);
		return true;
	case MSG_DRAIN:
		w->draining = true;
		if (w->open == 0)
			worker_stop(w, 0);
		return true;
	case MSG_PING:
		begin(w, MSG_PONG, 0);
		tell(w);
		return true;
	default:
		return take_answer(w, m, fd);
	}
}

void
ask_receive(struct worker *w)
{
	const char *reason;
	enum msg_result r;
	int fd, i;

	for (i = 0; i < RECEIVE_MAX; i++) {
		r = msg_recv(w->sock, &w->got, &fd, &reason);
		if (r == MSG_AGAIN)
			return;
		if (r == MSG_OK && !take(w, &w->got, fd)) {
			r = MSG_BAD;
			reason = "not for a worker, or out of turn";
		}
		if (r == MSG_EOF)
			worker_stop(w, 0);
		if (r == MSG_BAD) {
			fprintf(stderr,
			    "et-sshd-worker: bad message %s from et-sshd: "
			    "%s\n",
			    msg_name(w->got.type), reason);
			worker_stop(w, 1);
		}
		if (r != MSG_OK)
			return;
	}
}
