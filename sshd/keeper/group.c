#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>
#include <utlist.h>

#include "group.h"

struct beat {
	struct beat *next;
	struct heartbeat row;
};

/* A session that lives, or whose end is not written. */
struct live {
	uint64_t conn;
	bool stored; /* there is a row of it */
	bool waits; /* is in the list of those to write */
	bool ended;
	int64_t seen; /* its device, until the end; or 0 */
	double since; /* it waits */
	struct session *row; /* to write; or NULL */
	struct live *prev, *next;
	UT_hash_handle hh;
};

struct last { /* of a forward */
	int64_t id;
	struct msg_forward_state word;
	UT_hash_handle hh;
};

struct wish { /* of a virtual forward */
	struct {
		int64_t device;
		int64_t dport;
	} key;
	struct msg_virtual_forward word;
	UT_hash_handle hh;
};

struct refused { /* the last login that a device was refused */
	struct {
		int64_t device;
		int64_t own; /* with its key; 0: under its name */
	} key;
	struct refusal row;
	UT_hash_handle hh;
};

struct group {
	char node[DEVICE_NAME];
	struct beat *beats; /* oldest first */
	struct beat **beats_end;
	size_t nbeats;
	size_t lost;
	struct live *sessions; /* hash by conn */
	struct live *waiting; /* list */
	size_t nwaiting;
	struct last *forwards; /* hash by id */
	struct wish *wishes; /* hash by key */
	struct refused *refusals; /* hash by key */
	int64_t applied; /* 0: nothing to write */
};

struct group *
group_new(const char *node)
{
	struct group *g;

	if ((g = calloc(1, sizeof(*g))) == NULL)
		return NULL;
	snprintf(g->node, sizeof(g->node), "%s", node);
	g->beats_end = &g->beats;
	return g;
}

static void
drop_beats(struct group *g, size_t n)
{
	struct beat *b;

	for (; n > 0 && (b = g->beats) != NULL; n--) {
		g->beats = b->next;
		g->nbeats--;
		free(b);
	}
	if (g->beats == NULL)
		g->beats_end = &g->beats;
}

static void
drop_session(struct group *g, struct live *n)
{
	if (n->waits) {
		DL_DELETE(g->waiting, n);
		g->nwaiting--;
	}
	HASH_DEL(g->sessions, n);
	free(n->row);
	free(n);
}

static void
drop_forwards(struct group *g)
{
	struct last *f, *next;

	HASH_ITER(hh, g->forwards, f, next) {
		HASH_DEL(g->forwards, f);
		free(f);
	}
}

static void
drop_wishes(struct group *g)
{
	struct wish *w, *next;

	HASH_ITER(hh, g->wishes, w, next) {
		HASH_DEL(g->wishes, w);
		free(w);
	}
}

static void
drop_refusals(struct group *g)
{
	struct refused *r, *next;

	HASH_ITER(hh, g->refusals, r, next) {
		HASH_DEL(g->refusals, r);
		free(r);
	}
}

void
group_free(struct group *g)
{
	struct live *n, *next;

	if (g == NULL)
		return;
	drop_beats(g, g->nbeats);
	drop_forwards(g);
	drop_wishes(g);
	drop_refusals(g);
	HASH_ITER(hh, g->sessions, n, next)
		drop_session(g, n);
	free(g);
}

int
group_heartbeat(struct group *g, const struct msg_heartbeat *m)
{
	struct beat *b;

	if ((b = calloc(1, sizeof(*b))) == NULL)
		return -1;
	b->row.device = m->device;
	b->row.at = m->at;
	b->row.interval = m->interval;
	snprintf(b->row.addr, sizeof(b->row.addr), "%s", m->addr);
	snprintf(b->row.client, sizeof(b->row.client), "%s", m->client);
	snprintf(b->row.health, sizeof(b->row.health), "%s", m->health);
	if (g->nbeats == GROUP_HEARTBEATS) {
		drop_beats(g, 1);
		g->lost++;
	}
	*g->beats_end = b;
	g->beats_end = &b->next;
	g->nbeats++;
	return 0;
}

static struct live *
find_session(struct group *g, uint64_t conn)
{
	struct live *n;

	HASH_FIND(hh, g->sessions, &conn, sizeof(conn), n);
	return n;
}

static struct live *
add_session(struct group *g, uint64_t conn)
{
	struct live *n;

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
let_wait(struct group *g, struct live *n, double now)
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
	struct live *n = find_session(g, conn);

	if (n == NULL && (n = add_session(g, conn)) == NULL)
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
	let_wait(g, n, now);
	return 0;
}

void
group_session_end(struct group *g, uint64_t conn, int64_t seen, double now)
{
	struct live *n = find_session(g, conn);

	if (n == NULL)
		return;
	if (!n->stored) {
		drop_session(g, n);
		return;
	}
	free(n->row);
	n->row = NULL;
	n->ended = true;
	n->seen = seen;
	let_wait(g, n, now);
}

int
group_forward(struct group *g, const struct msg_forward_state *m)
{
	struct last *f;

	HASH_FIND(hh, g->forwards, &m->id, sizeof(m->id), f);
	if (f == NULL) {
		if ((f = calloc(1, sizeof(*f))) == NULL)
			return -1;
		f->id = m->id;
		HASH_ADD(hh, g->forwards, id, sizeof(f->id), f);
		if (f->hh.tbl == NULL) {
			free(f);
			return -1;
		}
	}
	f->word = *m;
	return 0;
}

int
group_virtual(struct group *g, const struct msg_virtual_forward *m)
{
	struct wish *w, key = {.key = {m->device, m->dport}};

	HASH_FIND(hh, g->wishes, &key.key, sizeof(key.key), w);
	if (w == NULL) {
		if ((w = calloc(1, sizeof(*w))) == NULL)
			return -1;
		w->key = key.key;
		HASH_ADD(hh, g->wishes, key, sizeof(w->key), w);
		if (w->hh.tbl == NULL) {
			free(w);
			return -1;
		}
	}
	w->word = *m;
	return 0;
}

int
group_refusal(struct group *g, const struct msg_refusal *m)
{
	struct refused *r, key = {.key = {m->device, m->own != 0}};

	HASH_FIND(hh, g->refusals, &key.key, sizeof(key.key), r);
	if (r == NULL) {
		if ((r = calloc(1, sizeof(*r))) == NULL)
			return -1;
		r->key = key.key;
		HASH_ADD(hh, g->refusals, key, sizeof(r->key), r);
		if (r->hh.tbl == NULL) {
			free(r);
			return -1;
		}
	}
	r->row.device = m->device;
	r->row.own = m->own != 0;
	r->row.at = m->at;
	snprintf(r->row.addr, sizeof(r->row.addr), "%s", m->addr);
	snprintf(r->row.reason, sizeof(r->row.reason), "%s", m->reason);
	return 0;
}

void
group_applied(struct group *g, int64_t seq)
{
	if (seq > g->applied)
		g->applied = seq;
}

size_t
group_rows(const struct group *g)
{
	return g->nbeats + g->nwaiting + HASH_COUNT(g->forwards) +
	       HASH_COUNT(g->wishes) + HASH_COUNT(g->refusals) +
	       (g->applied > 0);
}

size_t
group_lost(struct group *g)
{
	size_t lost = g->lost;

	g->lost = 0;
	return lost;
}

/* A device or forward that is gone has nothing more to be noted. */
static enum store_result
unless_gone(enum store_result r)
{
	return r == STORE_NONE || r == STORE_EXISTS ? STORE_OK : r;
}

static enum store_result
write_forwards(struct group *g, struct store *s)
{
	struct last *f, *next;
	enum store_result r = STORE_OK;

	HASH_ITER(hh, g->forwards, f, next) {
		r = store_forward_set(s, f->id,
		    (enum forward_state)f->word.state, f->word.at,
		    f->word.reason);
		if ((r = unless_gone(r)) != STORE_OK)
			break;
	}
	return r;
}

static enum store_result
write_wishes(struct group *g, struct store *s)
{
	struct wish *w, *next;
	struct forward f = {.virtual = true};
	enum store_result r = STORE_OK;

	HASH_ITER(hh, g->wishes, w, next) {
		f.device = w->word.device;
		f.dport = w->word.dport;
		f.sport = w->word.sport;
		f.created = w->word.created;
		f.state = (enum forward_state)w->word.state;
		f.state_at = w->word.at;
		snprintf(f.reason, sizeof(f.reason), "%.127s", w->word.reason);
		if ((r = store_virtual_put(s, g->node, &f)) != STORE_OK)
			break;
	}
	return r;
}

static enum store_result
write_refusals(struct group *g, struct store *s)
{
	struct refused *one, *next;
	enum store_result r = STORE_OK;

	HASH_ITER(hh, g->refusals, one, next) {
		r = unless_gone(store_refusal_put(s, &one->row));
		if (r != STORE_OK)
			break;
	}
	return r;
}

/* Old enough to be written?  An end is always. */
static bool
is_due(const struct live *n, double now)
{
	return n->ended || n->since + GROUP_YOUNG <= now;
}

static enum store_result
write_sessions(struct group *g, struct store *s, double now)
{
	struct live *n;
	enum store_result r;

	DL_FOREACH(g->waiting, n) {
		if (!is_due(n, now))
			continue;
		r = n->ended ? store_session_end(s, g->node, n->conn, n->seen)
			     : store_session_put(s, n->row);
		if ((r = unless_gone(r)) != STORE_OK)
			return r;
	}
	return STORE_OK;
}

static void
sessions_written(struct group *g, double now)
{
	struct live *n, *next;

	DL_FOREACH_SAFE(g->waiting, n, next) {
		if (!is_due(n, now))
			continue;
		DL_DELETE(g->waiting, n);
		g->nwaiting--;
		n->waits = false;
		if (n->ended) {
			drop_session(g, n);
			continue;
		}
		n->stored = true;
		free(n->row);
		n->row = NULL;
	}
}

/* The first GROUP_ROWS of them; *n is how many that is. */
static enum store_result
write_beats(struct group *g, struct store *s, size_t *n)
{
	struct beat *b;
	enum store_result r = STORE_OK;

	*n = 0;
	for (b = g->beats; b != NULL && *n < GROUP_ROWS; b = b->next) {
		r = unless_gone(store_heartbeat_add(s, &b->row));
		if (r != STORE_OK)
			break;
		(*n)++;
	}
	return r;
}

static enum store_result
write_once(struct group *g, struct store *s, double now)
{
	enum store_result r;
	size_t beats;

	if ((r = store_begin(s)) != STORE_OK)
		return r;
	if ((r = write_forwards(g, s)) != STORE_OK ||
	    (r = write_wishes(g, s)) != STORE_OK ||
	    (r = write_refusals(g, s)) != STORE_OK ||
	    (r = write_sessions(g, s, now)) != STORE_OK ||
	    (r = write_beats(g, s, &beats)) != STORE_OK)
		goto out;
	if (g->applied > 0 &&
	    (r = store_node_applied(s, g->node, g->applied)) != STORE_OK)
		goto out;
	if ((r = store_commit(s)) != STORE_OK)
		goto out;
	drop_forwards(g);
	drop_wishes(g);
	drop_refusals(g);
	sessions_written(g, now);
	drop_beats(g, beats);
	g->applied = 0;
	return STORE_OK;
out:
	store_rollback(s);
	return r;
}

static bool
has_due(const struct group *g, double now)
{
	const struct live *n;

	if (g->nbeats > 0 || g->forwards != NULL || g->wishes != NULL ||
	    g->refusals != NULL || g->applied > 0)
		return true;
	DL_FOREACH(g->waiting, n)
		if (is_due(n, now))
			return true;
	return false;
}

enum store_result
group_write(struct group *g, struct store *s, double now)
{
	enum store_result r = STORE_OK;

	while (r == STORE_OK && has_due(g, now))
		r = write_once(g, s, now);
	return r;
}
