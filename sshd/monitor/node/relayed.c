#include "config.h"

#include <sys/socket.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "clean.h"
#include "clock.h"
#include "monitor.h"
#include "node.h"
#include "relayed.h"

#define EVENTS 1024 /* in a row, of all streams */
#define EVENTS_RATE 64.0 /* a second after that */

struct relayed *
relayed_new(struct monitor *m, bool in)
{
	struct relayed *r;

	if (HASH_COUNT(m->nodes->streams) >= RELAYED_STREAMS) {
		m->counters.limits++;
		return NULL;
	}
	if ((r = calloc(1, sizeof(*r))) == NULL)
		return NULL;
	r->m = m;
	/* Of the numbers that JOIN gives, as a worker answers by them. */
	r->id = ++m->last_ticket;
	r->in = in;
	r->fd = -1;
	r->begun = clock_now();
	relayed_enter(r, in ? RELAYED_ACCEPT : RELAYED_TICKET);
	HASH_ADD(hh, m->nodes->streams, id, sizeof(r->id), r);
	if (r->hh.tbl != NULL)
		return r;
	free(r);
	return NULL;
}

struct relayed *
relayed_find(const struct monitor *m, uint64_t id)
{
	struct relayed *r = NULL;

	if (m->nodes != NULL)
		HASH_FIND(hh, m->nodes->streams, &id, sizeof(id), r);
	return r;
}

bool
relayed_number(struct relayed *r, uint64_t number)
{
	r->ticket.number = number;
	HASH_ADD(by_number, r->m->nodes->asked, ticket.number,
	    sizeof(r->ticket.number), r);
	return r->by_number.tbl != NULL;
}

struct relayed *
relayed_of_ticket(const struct monitor *m, uint64_t number)
{
	struct relayed *r;

	HASH_FIND(by_number, m->nodes->asked, &number, sizeof(number), r);
	return r;
}

void
relayed_enter(struct relayed *r, enum relayed_state state)
{
	r->state = state;
	r->since = clock_now();
}

void
relayed_send(const struct relayed *r, struct msg *msg, int fd)
{
	if (r->m->nodes->link != NULL)
		child_send(r->m->nodes->link, msg, fd);
	explicit_bzero(msg, msg_size(msg->type));
}

void
relayed_end(struct relayed *r, enum msg_link_result answer, const char *reason)
{
	struct msg msg;

	if (r->state == RELAYED_ENDING)
		return;
	r->reason = reason;
	msg_init(&msg, MSG_LINK_END, 0);
	msg.link_answer.id = r->id;
	msg.link_answer.answer = answer;
	relayed_send(r, &msg, -1);
	relayed_enter(r, RELAYED_ENDING);
}

void
relayed_set(int fd)
{
	static const struct {
		int level, name, value;
	} set[] = {
	    {IPPROTO_TCP, TCP_NODELAY, 1},
	    {IPPROTO_TCP, TCP_KEEPIDLE, 15},
	    {IPPROTO_TCP, TCP_KEEPINTVL, 5},
	    {IPPROTO_TCP, TCP_KEEPCNT, 3},
	    {SOL_SOCKET, SO_KEEPALIVE, 1},
	};
	size_t i;

	for (i = 0; i < sizeof(set) / sizeof(set[0]); i++)
		setsockopt(fd, set[i].level, set[i].name, &set[i].value,
		    sizeof(set[i].value));
}

/* --- events -------------------------------------------------------------- */

/* Connections to forwards must not fill the disk with events. */
static bool
relayed_may_tell(struct monitor *m)
{
	struct nodes *ns = m->nodes;

	if (bucket_take(&ns->events, EVENTS, EVENTS_RATE, clock_now()))
		return true;
	m->counters.limits++;
	if (!ns->untold)
		event_reason(m->log, "limit",
		    "too many streams between nodes to log each");
	ns->untold = true;
	return false;
}

static struct event
relayed_event(const struct relayed *r, const char *name)
{
	const char *other = r->in ? r->ticket.asker : r->ticket.node;
	struct event e = event_begin(r->m->log, name);

	event_int(&e, "relay", (int64_t)r->id);
	event_text(&e, "other", other);
	event_bool(&e, "in", r->in);
	event_bool(&e, "jump", r->ticket.jump != 0);
	event_text(&e, "device", r->device);
	event_int(&e, "sport", r->ticket.sport);
	return e;
}

void
relayed_log_open(struct relayed *r)
{
	struct event e;

	r->told = relayed_may_tell(r->m);
	if (!r->told)
		return;
	e = relayed_event(r, "relay.open");
	event_ms(&e, clock_now() - r->begun);
	event_end(&e);
}

void
relayed_log_close(const struct relayed *r, const struct msg_link_closed *closed,
    const char *reason)
{
	static const struct msg_link_closed unknown;
	struct event e;

	if (!r->told)
		return;
	if (closed == NULL)
		closed = &unknown;
	e = relayed_event(r, "relay.close");
	event_int(&e, "bytes_in", (int64_t)closed->bytes_in);
	event_int(&e, "bytes_out", (int64_t)closed->bytes_out);
	event_ms(&e, clock_now() - r->begun);
	event_text(&e, "reason", r->reason != NULL ? r->reason : reason);
	event_end(&e);
}

void
relayed_free(struct relayed *r)
{
	if (r->m->loop != NULL)
		ev_io_stop(r->m->loop, &r->io);
	if (r->fd != -1)
		close(r->fd);
	if (r->by_number.tbl != NULL)
		HASH_DELETE(by_number, r->m->nodes->asked, r);
	HASH_DEL(r->m->nodes->streams, r);
	explicit_bzero(r, sizeof(*r));
	free(r);
}
