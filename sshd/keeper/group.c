#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "group_part.h"

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

void
group_free(struct group *g)
{
	if (g == NULL)
		return;
	group_beats_drop(g, g->nbeats);
	group_last_drop(&g->forwards);
	group_last_drop(&g->virtuals);
	group_last_drop(&g->tunnels);
	group_last_drop(&g->refusals);
	group_last_drop(&g->presences);
	group_alerts_drop(g);
	group_sessions_free(g);
	hours_free(g->history);
	free(g);
}

int
group_keep_history(struct group *g)
{
	g->history = hours_new(clock_wall());
	return g->history == NULL ? -1 : 0;
}

void
group_share(struct group *g, bool shared, int64_t offset)
{
	g->shared = shared;
	g->offset = offset;
}

/* us since the epoch, by the store's clock. */
static int64_t
group_clock(const struct group *g)
{
	return clock_wall() + g->offset;
}

int
group_bytes(struct group *g, const struct msg_session_end *m)
{
	return g->history == NULL
		   ? 0
		   : hours_session_end(g->history, m, group_clock(g));
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
	       HASH_COUNT(g->virtuals) + HASH_COUNT(g->tunnels) +
	       HASH_COUNT(g->refusals) + HASH_COUNT(g->presences) +
	       HASH_COUNT(g->alerts) + (g->applied > 0);
}

static bool
group_has_figures(const struct group *g)
{
	return g->history != NULL && hours_due(g->history, group_clock(g));
}

bool
group_waits(const struct group *g)
{
	return group_rows(g) > 0 || group_has_figures(g);
}

void
group_last_words(struct group *g)
{
	if (g->history != NULL)
		hours_last(g->history, group_clock(g));
}

size_t
group_lost(struct group *g)
{
	size_t lost = g->lost;

	g->lost = 0;
	return lost;
}

static enum store_result
group_figures_write(struct group *g, struct store *s)
{
	return group_has_figures(g) ? hours_write(g->history, s, group_clock(g))
				    : STORE_OK;
}

bool
group_urgent(const struct group *g)
{
	return g->shared && (g->virtuals != NULL || g->tunnels != NULL);
}

enum store_result
group_write_urgent(struct group *g, struct store *s)
{
	enum store_result r;

	if (!group_urgent(g))
		return STORE_OK;
	if ((r = store_begin(s)) != STORE_OK)
		return r;
	if ((r = group_virtuals_write(g, s)) == STORE_OK &&
	    (r = group_tunnels_write(g, s)) == STORE_OK)
		r = store_commit(s);
	if (r != STORE_OK) {
		store_rollback(s);
		return r;
	}
	group_last_drop(&g->virtuals);
	group_tunnels_written(g);
	return STORE_OK;
}

static enum store_result
group_write_once(struct group *g, struct store *s, double now)
{
	enum store_result r;
	size_t beats;

	if ((r = store_begin(s)) != STORE_OK)
		return r;
	if ((r = group_forwards_write(g, s)) != STORE_OK ||
	    (r = group_virtuals_write(g, s)) != STORE_OK ||
	    (r = group_tunnels_write(g, s)) != STORE_OK ||
	    (r = group_refusals_write(g, s)) != STORE_OK ||
	    (r = group_presences_write(g, s)) != STORE_OK ||
	    (r = group_figures_write(g, s)) != STORE_OK ||
	    (r = group_alerts_write(g, s)) != STORE_OK ||
	    (r = group_sessions_write(g, s, now)) != STORE_OK)
		goto out;
	if (g->applied > 0 &&
	    (r = store_node_applied(s, g->node, g->applied)) != STORE_OK)
		goto out;
	/* Last: in a store that is shared, others wait for its numbers. */
	if ((r = group_beats_write(g, s, &beats)) != STORE_OK)
		goto out;
	if ((r = store_commit(s)) != STORE_OK)
		goto out;
	group_last_drop(&g->forwards);
	group_last_drop(&g->virtuals);
	group_tunnels_written(g);
	group_last_drop(&g->refusals);
	group_last_drop(&g->presences);
	if (g->history != NULL)
		hours_written(g->history);
	group_alerts_drop(g);
	group_sessions_written(g, now);
	group_beats_drop(g, beats);
	g->applied = 0;
	return STORE_OK;
out:
	store_rollback(s);
	return r;
}

static bool
group_has_due(const struct group *g, double now)
{
	return g->nbeats > 0 || g->forwards != NULL || g->virtuals != NULL ||
	       g->tunnels != NULL || g->refusals != NULL ||
	       g->presences != NULL || g->alerts != NULL || g->applied > 0 ||
	       group_sessions_due(g, now) ||
	       (g->history != NULL && hours_ends(g->history) &&
		   group_has_figures(g));
}

enum store_result
group_write(struct group *g, struct store *s, double now)
{
	bool first = group_has_figures(g);
	enum store_result r = group_write_urgent(g, s);

	for (; r == STORE_OK && (first || group_has_due(g, now)); first = false)
		r = group_write_once(g, s, now);
	return r;
}
