/*
 * Heartbeats: a queue, oldest first.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "group_part.h"

void
group_beats_drop(struct group *g, size_t n)
{
	struct group_beat *b;

	for (; n > 0 && (b = g->beats) != NULL; n--) {
		g->beats = b->next;
		g->nbeats--;
		free(b);
	}
	if (g->beats == NULL)
		g->beats_end = &g->beats;
}

int
group_heartbeat(struct group *g, const struct msg_heartbeat *m)
{
	struct group_beat *b;

	if (g->history != NULL && hours_heartbeat(g->history, m) == -1)
		return -1;
	if ((b = calloc(1, sizeof(*b))) == NULL)
		return -1;
	b->row.device = m->device;
	b->row.at = m->at;
	b->row.interval = m->interval;
	snprintf(b->row.addr, sizeof(b->row.addr), "%s", m->addr);
	snprintf(b->row.client, sizeof(b->row.client), "%s", m->client);
	snprintf(b->row.health, sizeof(b->row.health), "%s", m->health);
	if (g->nbeats == GROUP_HEARTBEATS) {
		group_beats_drop(g, 1);
		g->lost++;
	}
	*g->beats_end = b;
	g->beats_end = &b->next;
	g->nbeats++;
	return 0;
}

enum store_result
group_beats_write(struct group *g, struct store *s, size_t *n)
{
	const struct heartbeat *list[GROUP_ROWS];
	struct group_beat *b;
	enum store_result r;
	size_t many = 0;

	for (b = g->beats; b != NULL && many < GROUP_ROWS; b = b->next)
		list[many++] = &b->row;
	r = many == 0 ? STORE_OK : store_heartbeat_add_many(s, list, many);
	*n = r == STORE_OK ? many : 0;
	return r;
}
