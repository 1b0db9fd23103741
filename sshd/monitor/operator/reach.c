#include "config.h"

#include <stddef.h>

#include "conn.h"
#include "jump.h"
#include "jump_ask.h"
#include "jump_join.h"
#include "msg.h"
#include "page.h"
#include "relay_in.h"
#include "reach.h"

const char *
reach_answer(struct conn *c, struct msg *ask)
{
	const struct msg_reach *r = &ask->reach;
	const struct jump_asker a = {.conn = c, .id = r->id};
	const char *wrong;

	if (page_has_visitor(c, r->id))
		return "a second jump of one channel";
	if (!jump_may_ask(&a, &wrong))
		return wrong;
	if (page_named(r->name))
		page_visit(c, r);
	else
		jump_ask(&a, r);
	return NULL;
}

const char *
reach_joined(struct conn *c, struct msg *ask)
{
	const char *wrong;

	if (relay_in_joined(c, ask->joined.jump, ask->joined.result, &wrong))
		return wrong;
	return jump_joined(c, ask->joined.jump, ask->joined.result);
}

const char *
reach_jump_closed(struct conn *c, struct msg *ask)
{
	const struct jump_asker a = {.conn = c, .id = ask->bridge.id};
	struct jump *j = jump_find(&a);

	if (j == NULL && page_left(c, ask->bridge.id))
		return NULL;
	if (j == NULL || j->state < JUMP_OPEN)
		return "not a jump of this connection";
	jump_closed(j, &ask->bridge);
	return NULL;
}
