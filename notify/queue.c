#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "alert_line.h"
#include "clock.h"
#include "queue.h"

/* Not the first, if that is tried now: its fate is not known. */
static void
queue_drop_oldest(struct queue *q)
{
	struct entry *e = q->first;

	if (e != NULL && e->tries > 0 && e->next != NULL)
		e = e->next;
	if (e == NULL)
		return;
	queue_remove(q, e);
	q->dropped++;
}

int
queue_add(struct queue *q, json_t *alert, unsigned int most)
{
	struct entry *e;

	DL_FOREACH(q->first, e)
		if (alert_equal(e->alert, alert))
			return 0;
	if ((e = calloc(1, sizeof(*e))) == NULL)
		return -1;
	while (q->n >= most)
		queue_drop_oldest(q);
	e->alert = json_incref(alert);
	e->since = clock_wall();
	DL_APPEND(q->first, e);
	q->n++;
	return 1;
}

void
queue_remove(struct queue *q, struct entry *e)
{
	DL_DELETE(q->first, e);
	q->n--;
	json_decref(e->alert);
	free(e);
}

void
queue_free(struct queue *q)
{
	while (q->first != NULL)
		queue_remove(q, q->first);
}

void
queue_sum_up(struct queue *q)
{
	json_t *alerts = json_array(), *sum;
	struct entry *e, *next;
	size_t n = 0;

	DL_FOREACH(q->first, e)
		if (e->tries == 0 && !alert_is_summary(e->alert))
			json_array_append(alerts, e->alert);
	n = json_array_size(alerts);
	if (n == 0 || (n == 1 && q->dropped == 0) ||
	    (sum = alert_summary(alerts, q->dropped)) == NULL) {
		json_decref(alerts);
		return;
	}
	DL_FOREACH_SAFE(q->first, e, next)
		if (e->tries == 0 && !alert_is_summary(e->alert))
			queue_remove(q, e);
	q->dropped = 0;
	(void)queue_add(q, sum, q->n + 1);
	json_decref(sum);
	json_decref(alerts);
}

json_t *
queue_json(const struct queue *q)
{
	json_t *list = json_array();
	struct entry *e;

	DL_FOREACH(q->first, e)
		json_array_append_new(list,
		    json_pack("{s:O, s:I, s:I}", "alert", e->alert, "tries",
			(json_int_t)e->tries, "since", (json_int_t)e->since));
	return json_pack(
	    "{s:I, s:o}", "dropped", (json_int_t)q->dropped, "alerts", list);
}

void
queue_load(struct queue *q, const json_t *json, unsigned int most)
{
	json_t *list = json_object_get(json, "alerts"), *one, *alert;
	json_int_t tries, since;
	size_t i;

	q->dropped =
	    (unsigned int)json_integer_value(json_object_get(json, "dropped"));
	json_array_foreach(list, i, one) {
		if (json_unpack(one, "{s:o, s:I, s:I}", "alert", &alert,
			"tries", &tries, "since", &since) == -1 ||
		    !json_is_object(alert) || queue_add(q, alert, most) != 1)
			continue;
		q->first->prev->tries = (unsigned int)tries;
		q->first->prev->since = since;
	}
}
