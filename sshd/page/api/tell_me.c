/*
 * /api/me: who the page is for, and which acts it may ask for.
 */
#include "config.h"

#include "act.h"
#include "row.h"
#include "tell.h"

static json_t *
me_acts(enum operator_role role)
{
	json_t *list = json_array();
	const struct act *act;
	size_t i;

	for (i = 0; (act = act_at(i)) != NULL; i++)
		if (role >= act->least)
			json_array_append_new(list, json_string(act->command));
	return list;
}

unsigned int
tell_me(struct view *v, const struct asked *a, json_t **out,
    char error[ASKED_ERROR])
{
	(void)a;
	return tell_done(
	    json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:{s:n, s:i}}",
		"operator", v->who->name, "role",
		operator_role_name(v->who->role), "node", v->node, "version",
		PACKAGE_VERSION, "now", row_time(v->now), "expires",
		row_time(v->who->expires), "acts", me_acts(v->who->role), "ssh",
		"host", "port", (int)v->port),
	    out, error);
}
