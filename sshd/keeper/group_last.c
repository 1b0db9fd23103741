/*
 * The last state of a forward, of a virtual forward, of a device's refused
 * logins, of its presence: earlier ones that were not written are replaced.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "group_part.h"

struct group_last *
group_last_get(struct group_last **words, int64_t id, int64_t part)
{
	struct group_last *w, like = {.key = {id, part}};

	HASH_FIND(hh, *words, &like.key, sizeof(like.key), w);
	if (w != NULL)
		return w;
	if ((w = calloc(1, sizeof(*w))) == NULL)
		return NULL;
	w->key = like.key;
	HASH_ADD(hh, *words, key, sizeof(w->key), w);
	if (w->hh.tbl != NULL)
		return w;
	free(w);
	return NULL;
}

void
group_last_drop(struct group_last **words)
{
	struct group_last *w, *next;

	HASH_ITER(hh, *words, w, next) {
		HASH_DEL(*words, w);
		free(w);
	}
}

int
group_forward(struct group *g, const struct msg_forward_state *m)
{
	struct group_last *w = group_last_get(&g->forwards, m->id, 0);

	if (w == NULL)
		return -1;
	w->forward = *m;
	return 0;
}

int
group_virtual(struct group *g, const struct msg_virtual_forward *m)
{
	struct group_last *w =
	    group_last_get(&g->virtuals, m->device, m->dport);

	if (w == NULL)
		return -1;
	w->virtual_forward = *m;
	return 0;
}

int
group_refusal(struct group *g, const struct msg_refusal *m)
{
	struct group_last *w =
	    group_last_get(&g->refusals, m->device, m->own != 0);

	if (w == NULL)
		return -1;
	w->refusal.device = m->device;
	w->refusal.own = m->own != 0;
	w->refusal.at = m->at;
	snprintf(w->refusal.addr, sizeof(w->refusal.addr), "%s", m->addr);
	snprintf(w->refusal.reason, sizeof(w->refusal.reason), "%s", m->reason);
	return 0;
}

/* In the order of the last words. */
int
group_presence(struct group *g, const struct msg_presence *m)
{
	struct group_last *w;

	if (g->history == NULL)
		return 0;
	if ((w = group_last_get(&g->presences, m->device, m->online != 0)) ==
	    NULL)
		return -1;
	w->presence = *m;
	HASH_DEL(g->presences, w);
	HASH_ADD(hh, g->presences, key, sizeof(w->key), w);
	if (w->hh.tbl != NULL)
		return 0;
	free(w);
	return -1;
}

enum store_result
group_presences_write(const struct group *g, struct store *s)
{
	struct group_last *w, *next;
	enum store_result r = STORE_OK;

	HASH_ITER(hh, g->presences, w, next) {
		r = w->presence.online
			? store_span_online(
			      s, w->presence.device, w->presence.at)
			: store_span_gone(s, w->presence.device, w->presence.at,
			      (enum span_end)w->presence.why);
		if (r != STORE_OK)
			break;
	}
	return r;
}

enum store_result
group_unless_gone(enum store_result r)
{
	return r == STORE_NONE || r == STORE_EXISTS ? STORE_OK : r;
}

enum store_result
group_forwards_write(const struct group *g, struct store *s)
{
	struct group_last *w, *next;
	enum store_result r = STORE_OK;

	HASH_ITER(hh, g->forwards, w, next) {
		r = store_forward_set(s, w->forward.id,
		    (enum forward_state)w->forward.state, w->forward.at,
		    w->forward.reason);
		if ((r = group_unless_gone(r)) != STORE_OK)
			break;
	}
	return r;
}

enum store_result
group_virtuals_write(const struct group *g, struct store *s)
{
	const struct msg_virtual_forward *m;
	struct group_last *w, *next;
	struct forward f = {.virtual = true};
	enum store_result r = STORE_OK;

	HASH_ITER(hh, g->virtuals, w, next) {
		m = &w->virtual_forward;
		f.device = m->device;
		f.dport = m->dport;
		f.sport = m->sport;
		f.created = m->created;
		f.state = (enum forward_state)m->state;
		f.state_at = m->at;
		snprintf(f.reason, sizeof(f.reason), "%.127s", m->reason);
		if ((r = store_virtual_put(s, g->node, &f)) != STORE_OK)
			break;
	}
	return r;
}

enum store_result
group_refusals_write(const struct group *g, struct store *s)
{
	struct group_last *w, *next;
	enum store_result r = STORE_OK;

	HASH_ITER(hh, g->refusals, w, next) {
		r = group_unless_gone(store_refusal_put(s, &w->refusal));
		if (r != STORE_OK)
			break;
	}
	return r;
}
