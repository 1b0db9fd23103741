/* Sessions: a row is written when one begins, and removed when it has ended. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "group_part.h"

static void
session_drop(struct group *g, struct group_live *n)
{
	if (n->waits) {
		DL_DELETE(g->waiting, n);
		g->nwaiting--;
	}
	HASH_DEL(g->sessions, n);
	free(n->row);
	free(n);
}

static struct group_live *
session_find(struct group *g, uint64_t conn)
{
	struct group_live *n;

	HASH_FIND(hh, g->sessions, &conn, sizeof(conn), n);
	return n;
}

static struct group_live *
session_add(struct group *g, uint64_t conn)
{
	struct group_live *n;

	if ((n = calloc(1, sizeof(*n))) == NULL)
		return NULL;
	n->conn = conn;
	HASH_ADD(hh, g->sessions, conn, sizeof(n->conn), n);
	if (n->hh.tbl != NULL)
		return n;
	free(n);
	return NULL;
}

static void
session_queue(struct group *g, struct group_live *n, double now)
{
	if (n->waits)
		return;
	n->waits = true;
	n->since = now;
	DL_APPEND(g->waiting, n);
	g->nwaiting++;
}

int
group_session(
    struct group *g, uint64_t conn, const struct msg_session *m, double now)
{
	struct group_live *n = session_find(g, conn);

	if (n == NULL && (n = session_add(g, conn)) == NULL)
		return -1;
	if (n->row == NULL && (n->row = calloc(1, sizeof(*n->row))) == NULL)
		return -1;
	n->row->id = conn;
	snprintf(n->row->node, sizeof(n->row->node), "%s", g->node);
	n->row->device = m->device;
	n->row->oper = m->oper;
	n->row->since = m->since;
	snprintf(n->row->addr, sizeof(n->row->addr), "%s", m->addr);
	snprintf(n->row->client, sizeof(n->row->client), "%s", m->client);
	memcpy(n->row->digest, m->key, sizeof(n->row->digest));
	snprintf(n->row->ports, sizeof(n->row->ports), "%s", m->ports);
	snprintf(n->row->standing, sizeof(n->row->standing), "%s", m->standing);
	session_queue(g, n, now);
	return 0;
}

void
group_session_end(struct group *g, uint64_t conn, int64_t seen, double now)
{
	struct group_live *n = session_find(g, conn);

	if (n == NULL)
		return;
	if (!n->stored) {
		session_drop(g, n);
		return;
	}
	free(n->row);
	n->row = NULL;
	n->ended = true;
	n->seen = seen;
	session_queue(g, n, now);
}

/*
 * The end of a session is due at once, its beginning when it is not young any
 * more.
 */
static bool
session_is_due(const struct group_live *n, double now)
{
	return n->ended || n->since + GROUP_YOUNG <= now;
}

bool
group_sessions_due(const struct group *g, double now)
{
	const struct group_live *n;

	DL_FOREACH(g->waiting, n)
		if (session_is_due(n, now))
			return true;
	return false;
}

enum store_result
group_sessions_write(struct group *g, struct store *s, double now)
{
	struct group_live *n;
	enum store_result r;

	DL_FOREACH(g->waiting, n) {
		if (!session_is_due(n, now))
			continue;
		r = n->ended ? store_session_end(s, g->node, n->conn, n->seen)
			     : store_session_put(s, n->row);
		if ((r = group_unless_gone(r)) != STORE_OK)
			return r;
	}
	return STORE_OK;
}

void
group_sessions_written(struct group *g, double now)
{
	struct group_live *n, *next;

	DL_FOREACH_SAFE(g->waiting, n, next) {
		if (!session_is_due(n, now))
			continue;
		DL_DELETE(g->waiting, n);
		g->nwaiting--;
		n->waits = false;
		if (n->ended) {
			session_drop(g, n);
			continue;
		}
		n->stored = true;
		free(n->row);
		n->row = NULL;
	}
}

void
group_sessions_free(struct group *g)
{
	struct group_live *n, *next;

	HASH_ITER(hh, g->sessions, n, next)
		session_drop(g, n);
}
