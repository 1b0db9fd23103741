#include "config.h"

#include <jansson.h>
#include <microhttpd.h>

#include "act.h"
#include "api.h"
#include "clock.h"
#include "page.h"
#include "reply.h"
#include "request.h"

/* The commands that the role may give. */
static json_t *
me_acts(enum operator_role role)
{
	json_t *acts = json_array();
	const struct act *a;
	size_t i;

	for (i = 0; (a = act_at(i)) != NULL; i++)
		if (role >= a->least)
			json_array_append_new(acts, json_string(a->command));
	return acts;
}

void
api_me(struct request *rq)
{
	const struct page *p = rq->page;

	reply_json(rq, MHD_HTTP_OK,
	    json_pack("{s:s, s:s, s:s, s:s, s:I, s:o, s:{s:n, s:I}}",
		"operator", p->who.name, "role",
		operator_role_name(p->who.role), "node", p->node, "version",
		PACKAGE_VERSION, "now", (json_int_t)(clock_wall() / 1000),
		"acts", me_acts(p->who.role), "ssh", "host", "port",
		(json_int_t)p->port));
}
