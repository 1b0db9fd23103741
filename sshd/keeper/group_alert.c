/*
 * Alerts: the last state of each, by its id.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "group_part.h"

void
group_alerts_drop(struct group *g)
{
	struct group_alert *a, *next;

	HASH_ITER(hh, g->alerts, a, next) {
		HASH_DEL(g->alerts, a);
		free(a);
	}
}

/* The record of this id, a new one if there is none.  NULL: out of memory. */
static struct group_alert *
alert_get(struct group *g, const char *id)
{
	struct group_alert *a;

	HASH_FIND_STR(g->alerts, id, a);
	if (a != NULL || (a = calloc(1, sizeof(*a))) == NULL)
		return a;
	snprintf(a->row.id, sizeof(a->row.id), "%s", id);
	HASH_ADD_STR(g->alerts, row.id, a);
	if (a->hh.tbl != NULL)
		return a;
	free(a);
	return NULL;
}

int
group_alert(struct group *g, const struct msg_alert *m)
{
	struct group_alert *a = alert_get(g, m->id);

	if (a == NULL)
		return -1;
	a->row.kind = (enum alert_kind)m->kind;
	a->row.told = (enum alert_told)m->told;
	a->row.count = m->count;
	a->row.device = m->device;
	a->row.since = m->since;
	a->row.opened = m->opened;
	a->row.closed = m->closed;
	snprintf(a->row.subject, sizeof(a->row.subject), "%s", m->subject);
	snprintf(a->row.tag, sizeof(a->row.tag), "%s", m->tag);
	snprintf(a->row.summary, sizeof(a->row.summary), "%s", m->summary);
	snprintf(a->row.devices, sizeof(a->row.devices), "%s", m->devices);
	snprintf(a->row.missing, sizeof(a->row.missing), "%s", m->missing);
	return 0;
}

enum store_result
group_alerts_write(const struct group *g, struct store *s)
{
	struct group_alert *a, *next;
	enum store_result r = STORE_OK;

	HASH_ITER(hh, g->alerts, a, next)
		if ((r = store_alert_put(s, &a->row)) != STORE_OK)
			break;
	return r;
}
