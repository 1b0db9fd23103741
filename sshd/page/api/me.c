#include "config.h"

#include <jansson.h>
#include <microhttpd.h>

#include "api.h"
#include "clock.h"
#include "page.h"
#include "reply.h"
#include "request.h"

void
api_me(struct request *rq)
{
	const struct page *p = rq->page;

	reply_json(rq, MHD_HTTP_OK,
	    json_pack("{s:s, s:s, s:s, s:s, s:I, s:[], s:{s:n, s:I}}",
		"operator", p->who.name, "role",
		operator_role_name(p->who.role), "node", p->node, "version",
		PACKAGE_VERSION, "now", (json_int_t)(clock_wall() / 1000),
		"acts", "ssh", "host", "port", (json_int_t)p->port));
}
