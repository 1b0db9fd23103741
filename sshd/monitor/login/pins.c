#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "announce.h"
#include "child.h"
#include "conf.h"
#include "conn.h"
#include "conn_event.h"
#include "directory.h"
#include "event.h"
#include "monitor.h"
#include "msg.h"
#include "pins.h"

#define TOLD 64 /* connections that wait, in a second */

struct pins {
	char path[PATH_MAX];
	struct announce now;
	char before[ANNOUNCE_MARK]; /* the announcement that was ended */
	unsigned int generation; /* from 1: how often it has changed */
	bool telling; /* not all waiting connections were sent it */
	int error; /* errno that was logged; 0 */
};

struct pins *
pins_new(const struct conf *conf)
{
	struct pins *p;

	if ((p = calloc(1, sizeof(*p))) == NULL)
		return NULL;
	if (conf->nhostkeys == 0 ||
	    !announce_path(conf->hostkeys[0], p->path, sizeof(p->path)))
		p->path[0] = '\0';
	snprintf(p->now.mark, sizeof(p->now.mark), "0");
	p->generation = 1;
	return p;
}

void
pins_free(struct pins *p)
{
	free(p);
}

static void
pins_log(struct monitor *m, const char *reason)
{
	struct pins *p = m->pins;
	struct event e = event_begin(m->log, "hostkeys");

	event_text(&e, "reason", reason);
	if (p->now.text[0] != '\0')
		event_text(&e, "pins", p->now.mark);
	if (p->error != 0)
		event_text(&e, "detail", strerror(p->error));
	event_end(&e);
}

static void
pins_fail(struct monitor *m, int error)
{
	if (error == m->pins->error || error == ENOENT)
		return;
	m->pins->error = error;
	pins_log(m, "the announcement cannot be read");
}

void
pins_look(struct monitor *m)
{
	struct pins *p = m->pins;
	struct announce next;

	if (p->path[0] == '\0')
		return;
	if (announce_read(p->path, &next) == -1) {
		pins_fail(m, errno);
		return;
	}
	p->error = 0;
	if (strcmp(next.text, p->now.text) == 0)
		return;
	memcpy(p->before, p->now.mark, sizeof(p->before));
	p->now = next;
	p->generation++;
	p->telling = true;
	pins_log(m, next.text[0] != '\0' ? "announced" : "no longer announced");
}

static void
pins_send(const struct pins *p, struct conn *c)
{
	struct msg msg;

	msg_init(&msg, MSG_HINTS, c->number);
	snprintf(msg.hints.text, sizeof(msg.hints.text), "%spins=%s\n",
	    p->now.text, p->now.mark);
	conn_send(c, &msg, -1);
}

void
pins_tick(struct monitor *m)
{
	struct pins *p = m->pins;
	struct conn *c, *tmp;
	unsigned int told = 0;

	if (!p->telling)
		return;
	p->telling = false;
	HASH_ITER(hh, m->conns, c, tmp) {
		if (c->state != CONN_OPEN || c->pins == 0 ||
		    c->pins == p->generation)
			continue;
		if (told++ == TOLD) {
			p->telling = true;
			return;
		}
		c->pins = p->generation;
		pins_send(p, c);
	}
}

/*
 * Nothing that this server said: whose word was it?  A device that cannot verify
 * says so with each poll; so does one that refuses what is announced now.
 */
static void
pins_unknown(struct conn *c, const char *said)
{
	static const char *const known[] = {"0", "notool", "nokey"};
	const struct pins *p = c->m->pins;
	struct event e;
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(said, known[i]) == 0)
			return;
	if (strcmp(said, p->before) == 0 ||
	    (strcmp(said, "bad") == 0 && p->now.text[0] != '\0'))
		return;
	e = conn_event_begin(c, "hostkeys.unknown");
	event_text(&e, "addr", c->addr);
	event_text(&e, "pins", said);
	event_end(&e);
}

void
pins_answer(struct conn *c, const struct msg_poll *poll)
{
	const struct pins *p = c->m->pins;
	char said[ANNOUNCE_MARK];

	if (poll->version == 0 || !announce_said(poll->health, said))
		return;
	if (c->waits)
		c->pins = p->generation;
	if (strcmp(said, p->now.mark) == 0)
		return;
	pins_unknown(c, said);
	pins_send(p, c);
}
