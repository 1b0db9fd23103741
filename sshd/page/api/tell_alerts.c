/*
 * /api/alerts: the alerts that are open.
 */
#include "config.h"

#include "tell.h"
#include "row.h"

unsigned int
tell_alerts(struct view *v, const struct asked *a, json_t **out,
    char error[ASKED_ERROR])
{
	(void)a;
	return tell_done(
	    json_pack("{s:o, s:[]}", "now", row_time(v->now), "open"), out,
	    error);
}
