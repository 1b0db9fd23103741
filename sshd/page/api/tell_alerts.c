/*
 * /api/alerts: the alerts that are open.
 */
#include "config.h"

#include "tell.h"
#include "row.h"

static int
alerts_add(void *arg, const struct alert_record *r)
{
	json_array_append_new(
	    arg, json_pack("{s:o, s:s, s:o, s:s, s:o, s:o, s:I, s:o, s:o}",
		     "id", row_text(r->id), "kind", alert_kind_name(r->kind),
		     "subject", row_text(r->subject), "severity",
		     alert_critical(r->kind) ? "critical" : "warning", "since",
		     row_time(r->since), "opened", row_time(r->opened), "count",
		     (json_int_t)r->count, "summary", row_text(r->summary),
		     "devices", row_words(r->devices)));
	return 0;
}

unsigned int
tell_alerts(struct view *v, const struct asked *a, json_t **out,
    char error[ASKED_ERROR])
{
	json_t *open = json_array();
	enum store_result r;

	(void)a;
	r = store_alert_each(v->store, false, alerts_add, open);
	if (r == STORE_OK)
		return tell_done(json_pack("{s:o, s:o}", "now",
				     row_time(v->now), "open", open),
		    out, error);
	json_decref(open);
	return tell_failed(v, r, error);
}
