#include "config.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "directory.h"
#include "monitor.h"
#include "owner.h"
#include "wanted.h"

static bool
is_bound(const struct dir_operator *op)
{
	return op->role == OPERATOR_OPERATOR;
}

/* "not in operator-ports: 20000-20999, 30000" */
static const char *
ports_text(const struct conf *c, uint32_t sport, char text[MSG_TEXT])
{
	const struct port_range *p;
	size_t i, n;

	n = (size_t)snprintf(
	    text, MSG_TEXT, "port %u is not in operator-ports", sport);
	for (i = 0; i < c->noperator_ports && n < MSG_TEXT; i++) {
		p = &c->operator_ports[i];
		n += (size_t)snprintf(text + n, MSG_TEXT - n,
		    p->first == p->last ? "%s %u" : "%s %u-%u",
		    i == 0 ? ":" : ",", p->first, p->last);
	}
	return text;
}

const char *
owner_refuses(const struct monitor *m, const struct dir_operator *op,
    uint32_t sport, uint32_t ttl, char text[MSG_TEXT])
{
	const struct conf *c = m->conf;

	if (!is_bound(op))
		return NULL;
	if (c->noperator_ports == 0)
		return "operator-ports is empty, so operators may open no "
		       "server port: use ssh -J, which needs none";
	if (!conf_operator_port(c, sport))
		return ports_text(c, sport, text);
	if (ttl <= c->operator_ttl)
		return NULL;
	snprintf(text, MSG_TEXT, "--ttl of %u s exceeds operator-ttl, %u s",
	    ttl, c->operator_ttl);
	return text;
}

uint32_t
owner_ttl(const struct monitor *m)
{
	return m->conf->operator_ttl < FORWARD_TTL ? m->conf->operator_ttl
						   : FORWARD_TTL;
}

static void
owner_end(struct monitor *m, struct dir_forward *f, const char *reason)
{
	struct event e = event_begin(m->log, "forward.withdrawn");

	event_text(&e, "operator", f->owner);
	event_text(&e, "device", f->device->name);
	event_int(&e, "dport", f->dport);
	event_int(&e, "sport", f->sport);
	event_text(&e, "reason", reason);
	event_end(&e);
	wanted_withdraw(m, f, reason);
}

void
owner_gone(struct monitor *m, int64_t oper, const char *reason)
{
	struct dir_forward *f, *tmp;

	HASH_ITER(hh, m->dir.forwards, f, tmp)
		if (f->oper == oper)
			owner_end(m, f, reason);
}

/* Why the owner may no longer have the forward, or NULL. */
static const char *
owner_lost(const struct monitor *m, const struct dir_forward *f)
{
	const struct dir_operator *op = directory_operator(&m->dir, f->oper);

	if (op == NULL)
		return "operator removed";
	if (op->expires != 0 && op->expires <= clock_now())
		return "operator expired";
	if (!operator_reaches(op->role, op->grants, f->device->name,
		f->device->tags, f->dport))
		return "no longer granted";
	/* The ports are those of the server that binds them. */
	if (!is_bound(op) ||
	    (f->node[0] != '\0' && strcmp(f->node, m->conf->node) != 0))
		return NULL;
	if (!conf_operator_port(m->conf, f->sport))
		return "not in operator-ports";
	return f->ttl > m->conf->operator_ttl ? "exceeds operator-ttl" : NULL;
}

void
owner_check(struct monitor *m)
{
	struct dir_forward *f, *tmp;
	const char *reason;

	HASH_ITER(hh, m->dir.forwards, f, tmp)
		if (f->oper != 0 && (reason = owner_lost(m, f)) != NULL)
			owner_end(m, f, reason);
}
