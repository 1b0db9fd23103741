#include "config.h"

#include <stdio.h>
#include <string.h>

#include <libssh/libssh.h>

#include "ask.h"
#include "msg.h"
#include "session.h"
#include "signature.h"
#include "console_streams.h"
#include "worker.h"

static struct msg *
ask_begin(struct worker *w, enum msg_type type, uint64_t number)
{
	msg_init(&w->scratch, type, number);
	return &w->scratch;
}

static void
ask_send(struct worker *w)
{
	if (msgq_send(w->out, &w->scratch, -1) != MSG_OK)
		worker_stop(w, 0);
	else if (msgq_pending(w->out) > 0)
		worker_flush_later(w);
}

/* Copy text to a field of a message, cut to its size. */
static void
ask_put(char *field, size_t size, const char *text)
{
	snprintf(field, size, "%s", text != NULL ? text : "");
}

void
ask_ready(struct worker *w)
{
	struct msg_ready *r = &ask_begin(w, MSG_READY, 0)->ready;

	/*
	 * The version without the backends: "0.12.2/openssl/zlib" is "0.12.2".
	 */
	ask_put(r->libssh, sizeof(r->libssh), ssh_version(0));
	r->libssh[strcspn(r->libssh, "/")] = '\0';
	ask_put(r->kex, sizeof(r->kex), w->kex);
	ask_send(w);
}

static struct msg_login *
ask_begin_login(struct session *s)
{
	struct msg_login *l =
	    &ask_begin(s->worker, MSG_LOGIN, s->number)->login;

	ask_put(l->client, sizeof(l->client), ssh_get_clientbanner(s->ssh));
	ask_put(l->kex, sizeof(l->kex), ssh_get_kex_algo(s->ssh));
	ask_put(l->cipher, sizeof(l->cipher), ssh_get_cipher_in(s->ssh));
	return l;
}

void
ask_offer(struct session *s, const char *user, const char *algorithm,
    const uint8_t *key, size_t keylen)
{
	struct msg_login *l = ask_begin_login(s);

	ask_put(l->user, sizeof(l->user), user);
	ask_put(l->algorithm, sizeof(l->algorithm), algorithm);
	memcpy(l->key, key, keylen);
	l->keylen = (uint32_t)keylen;
	ask_send(s->worker);
}

void
ask_login(struct session *s)
{
	/* A LOGIN without a signature is an offer of no key, and is refused. */
	signature_take(ask_begin_login(s), s->number);
	ask_send(s->worker);
}

void
ask_token(struct session *s, const char *text)
{
	struct msg_token *t =
	    &ask_begin(s->worker, MSG_TOKEN, s->number)->token;

	ask_put(t->text, sizeof(t->text), text);
	ask_put(t->client, sizeof(t->client), ssh_get_clientbanner(s->ssh));
	ask_put(t->kex, sizeof(t->kex), ssh_get_kex_algo(s->ssh));
	ask_put(t->cipher, sizeof(t->cipher), ssh_get_cipher_in(s->ssh));
	ask_send(s->worker);
	explicit_bzero(t->text, sizeof(t->text));
}

void
ask_fetch(struct session *s)
{
	ask_begin(s->worker, MSG_FETCH, s->number);
	ask_send(s->worker);
}

void
ask_enroll(struct session *s, const char *name, const char *key)
{
	struct msg_enroll *e =
	    &ask_begin(s->worker, MSG_ENROLL, s->number)->enroll;

	ask_put(e->name, sizeof(e->name), name);
	ask_put(e->key, sizeof(e->key), key);
	ask_send(s->worker);
}

static void
ask_send_poll(struct session *s, enum msg_type type, unsigned int version,
    const char *health, unsigned int dropped)
{
	struct msg_poll *p = &ask_begin(s->worker, type, s->number)->poll;

	p->version = version;
	p->dropped = dropped;
	ask_put(p->health, sizeof(p->health), health);
	ask_send(s->worker);
}

void
ask_poll(struct session *s, unsigned int version, const char *health,
    unsigned int dropped)
{
	ask_send_poll(s, MSG_POLL, version, health, dropped);
}

void
ask_wait(struct session *s, const char *health, unsigned int dropped)
{
	ask_send_poll(s, MSG_WAIT, 1, health, dropped);
}

static void
ask_send_port(struct session *s, enum msg_type type, uint32_t port)
{
	ask_begin(s->worker, type, s->number)->port.port = port;
	ask_send(s->worker);
}

void
ask_listen(struct session *s, uint32_t port)
{
	ask_send_port(s, MSG_LISTEN, port);
}

void
ask_cancel(struct session *s, uint32_t port)
{
	ask_send_port(s, MSG_CANCEL, port);
}

void
ask_refused(struct session *s, const char *what, bool limit, const char *detail)
{
	struct msg_refused *r;

	r = &ask_begin(s->worker, MSG_REFUSED, s->number)->refused;
	r->limit = limit;
	ask_put(r->what, sizeof(r->what), what);
	ask_put(r->detail, sizeof(r->detail), detail);
	ask_send(s->worker);
}

static void
ask_send_end(struct session *s, enum msg_type type, uint32_t port, uint32_t id,
    uint64_t in, uint64_t out, const char *reason)
{
	struct msg_bridge *b = &ask_begin(s->worker, type, s->number)->bridge;

	b->port = port;
	b->id = id;
	b->bytes_in = in;
	b->bytes_out = out;
	ask_put(b->reason, sizeof(b->reason), reason);
	ask_send(s->worker);
}

void
ask_bridge_close(struct session *s, uint32_t port, uint32_t id, uint64_t in,
    uint64_t out, const char *reason)
{
	ask_send_end(s, MSG_BRIDGE_CLOSE, port, id, in, out, reason);
}

void
ask_reach(struct session *s, uint32_t id, const char *name, uint32_t port)
{
	struct msg_reach *r;

	r = &ask_begin(s->worker, MSG_REACH, s->number)->reach;
	r->id = id;
	r->port = port;
	ask_put(r->name, sizeof(r->name), name);
	ask_send(s->worker);
}

void
ask_joined(struct session *s, uint64_t jump, uint32_t result)
{
	struct msg_joined *j;

	j = &ask_begin(s->worker, MSG_JOINED, s->number)->joined;
	j->jump = jump;
	j->result = result;
	ask_send(s->worker);
}

void
ask_jump_closed(struct session *s, uint32_t id, uint64_t in, uint64_t out,
    const char *reason)
{
	ask_send_end(s, MSG_JUMP_CLOSED, 0, id, in, out, reason);
}

void
ask_command(struct session *s, uint32_t id, bool shell,
    const struct console_streams *st, const char *text)
{
	struct msg_command *c;

	c = &ask_begin(s->worker, MSG_COMMAND, s->number)->command;
	c->id = id;
	c->shell = shell;
	c->terminal = st->terminal;
	c->columns = st->columns;
	c->rows = st->rows;
	c->colour = st->colour;
	ask_put(c->text, sizeof(c->text), text);
	ask_send(s->worker);
}

void
ask_hung_up(struct session *s, uint32_t id, uint64_t in, uint64_t out)
{
	struct msg_hung_up *h;

	h = &ask_begin(s->worker, MSG_HUNG_UP, s->number)->hung_up;
	h->id = id;
	h->bytes_in = in;
	h->bytes_out = out;
	ask_send(s->worker);
}

void
ask_bye(struct worker *w, uint64_t number, uint64_t in, uint64_t out,
    const char *reason)
{
	struct msg_bye *b = &ask_begin(w, MSG_BYE, number)->bye;

	b->bytes_in = in;
	b->bytes_out = out;
	ask_put(b->reason, sizeof(b->reason), reason);
	ask_send(w);
}

void
ask_pong(struct worker *w)
{
	ask_begin(w, MSG_PONG, 0);
	ask_send(w);
}
