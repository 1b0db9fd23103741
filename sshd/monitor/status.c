#include "config.h"

#include <jansson.h>
#include <stdio.h>

#include <utlist.h>

#include "alert_list.h"
#include "child.h"
#include "clock.h"
#include "conn.h"
#include "jump.h"
#include "monitor.h"
#include "msg.h"
#include "node.h"
#include "penalty.h"
#include "quantum.h"
#include "relayed.h"
#include "srclimit.h"
#include "status.h"

static json_t *
workers_object(const struct monitor *m)
{
	json_t *list = json_array();
	struct child *c;

	DL_FOREACH(m->workers, c)
		json_array_append_new(
		    list, json_pack("{s:i, s:i, s:b, s:i, s:I, s:s}", "worker",
			      (int)c->tag, "pid", (int)c->pid, "ready",
			      c->ready, "connections", (int)c->conns, "served",
			      (json_int_t)c->served, "pool",
			      pool_option(c->role->pool)));
	return list;
}

static json_t *
devices_object(const struct monitor *m)
{
	return json_pack("{s:i, s:i, s:i, s:i}", "online",
	    (int)m->devices[DEVICE_ONLINE], "late",
	    (int)m->devices[DEVICE_LATE], "offline",
	    (int)m->devices[DEVICE_OFFLINE], "never",
	    (int)m->devices[DEVICE_NEVER]);
}

static json_t *
counters_object(const struct monitor *m)
{
	const struct counters *n = &m->counters;

	return json_pack(
	    "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I,"
	    " s:I, s:I, s:I}",
	    "connections", (json_int_t)n->connections, "logins",
	    (json_int_t)n->logins, "refused", (json_int_t)n->refused, "rekeys",
	    (json_int_t)n->rekeys, "polls", (json_int_t)n->polls, "forwards",
	    (json_int_t)n->forwards, "jumps", (json_int_t)n->jumps,
	    "jumps_refused", (json_int_t)n->jumps_refused, "commands",
	    (json_int_t)n->commands, "enrolled", (json_int_t)n->enrolled,
	    "limits", (json_int_t)n->limits, "bytes_in",
	    (json_int_t)n->bytes_in, "bytes_out", (json_int_t)n->bytes_out,
	    "worker_exits", (json_int_t)n->worker_exits, "keeper_exits",
	    (json_int_t)n->keeper_exits, "events_dropped",
	    (json_int_t)event_dropped(m->log));
}

/* Refused logins by reason. */
static json_t *
refused_object(const struct counters *n)
{
	json_t *o = json_object();
	size_t i;

	for (i = 0; i < COUNTERS_REASONS; i++)
		if (n->refused_by[i].n > 0)
			json_object_set_new(o, n->refused_by[i].text,
			    json_integer((json_int_t)n->refused_by[i].n));
	return o;
}

/* Jumps by the time that they waited; counters_waits has the bounds. */
static json_t *
waits_array(const struct counters *n)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i <= COUNTERS_WAITS; i++)
		json_array_append_new(
		    list, json_integer((json_int_t)n->jump_waits[i]));
	return list;
}

/* What is there now; with several nodes each has its own share. */
static void
add_present(const struct monitor *m, json_t *status)
{
	const struct conn *c, *next;
	size_t devices = 0, operators = 0;

	HASH_ITER(hh, m->conns, c, next) {
		devices += c->device != NULL;
		operators += c->oper != NULL;
	}
	json_object_update_new(
	    status, json_pack("{s:I, s:I, s:I}", "devices_connected",
			(json_int_t)devices, "operators_connected",
			(json_int_t)operators, "jumps_open",
			(json_int_t)HASH_COUNT(m->jumps)));
}

static void
add_figures(const struct monitor *m, json_t *status)
{
	const struct counters *n = &m->counters;

	json_object_update_new(status,
	    json_pack("{s:I, s:f, s:o, s:o}", "forwards_open",
		(json_int_t)n->forwards_open, "jump_wait", n->jump_wait,
		"jump_waits", waits_array(n), "refused_by", refused_object(n)));
}

/* The lobby of operator-listen. */
static void
add_operators(const struct monitor *m, json_t *status)
{
	const struct lobby *lobby = &m->lobbies[POOL_OPERATORS];
	char listens[CONF_LIST * (LISTEN_NAME + 2)] = "";
	const struct listen *l;
	size_t n = 0;

	for (l = m->listens; l != NULL; l = l->next)
		if (l->pool == POOL_OPERATORS)
			n += (size_t)snprintf(listens + n, sizeof(listens) - n,
			    "%s%s", n > 0 ? ", " : "", l->name);
	if (n > 0)
		json_object_update_new(
		    status, json_pack("{s:s, s:i, s:i}", "operator_listen",
				listens, "operator_startups",
				(int)srclimit_slots_all(lobby->sources),
				"operator_waiting", (int)lobby->nwaiting));
}

/* Active penalties and their number; no list if it does not fit. */
static void
add_penalties(const struct monitor *m, json_t *status)
{
	json_t *list;
	size_t n;

	if ((list = penalty_list(m, &n)) == NULL)
		return;
	json_object_update_new(
	    status, json_pack("{s:I, s:o}", "refused_sources", (json_int_t)n,
			"penalties", list));
}

/* Of several nodes: what this one is to the others. */
static void
add_node(const struct monitor *m, json_t *status)
{
	if (m->nodes != NULL)
		json_object_update_new(
		    status, json_pack("{s:b, s:b, s:b, s:i}", "leads", m->leads,
				"draining", m->draining, "fenced", m->fenced,
				"relays", (int)HASH_COUNT(m->nodes->streams)));
}

void
status_send(struct monitor *m)
{
	const struct lobby *l = &m->lobbies[POOL_LISTEN];
	struct msg msg;
	json_t *o;
	size_t n;

	m->status_due = false;
	o = json_pack(
	    "{s:s, s:I, s:i, s:i, s:i, s:i, s:b, s:b, s:o*, s:o*, s:o*}",
	    "version", PACKAGE_VERSION, "uptime",
	    (json_int_t)(clock_now() - m->started), "connections",
	    (int)HASH_COUNT(m->conns), "startups",
	    (int)srclimit_slots_all(l->sources), "waiting", (int)l->nwaiting,
	    "alerts", (int)alert_count(m), "low_ports", privilege_low_ports(),
	    "stale", m->stale, "counters", counters_object(m), "devices",
	    devices_object(m), "workers", workers_object(m));
	add_figures(m, o);
	add_present(m, o);
	add_operators(m, o);
	add_penalties(m, o);
	add_node(m, o);
	json_object_update_new(o, quantum_state(&m->quantum));
	if (!event_whole() || o == NULL) {
		json_decref(o);
		return;
	}
	msg_init(&msg, MSG_STATUS, 0);
	n = json_dumpb(
	    o, msg.status.json, sizeof(msg.status.json) - 1, JSON_COMPACT);
	if (n >= sizeof(msg.status.json)) {
		/* The list of hundreds of workers does not fit: leave it out. */
		json_object_del(o, "workers");
		n = json_dumpb(o, msg.status.json, sizeof(msg.status.json) - 1,
		    JSON_COMPACT);
	}
	if (n < sizeof(msg.status.json)) {
		msg.status.json[n] = '\0';
		child_send(m->keeper, &msg, -1);
	}
	json_decref(o);
}
