#include "config.h"

#include "jump.h"
#include "jump_ask.h"
#include "msg.h"
#include "visit.h"

const char *
visit_reach(struct conn *c, struct child *page, const struct msg *ask)
{
	const struct jump_asker a = {
	    .conn = c, .page = page, .id = ask->reach.id};
	const char *wrong;

	if (jump_may_ask(&a, &wrong))
		jump_ask(&a, &ask->reach);
	return wrong;
}

void
visit_closed(struct conn *c, struct child *page, const struct msg *ask)
{
	const struct jump_asker a = {
	    .conn = c, .page = page, .id = ask->bridge.id};
	struct jump *j = jump_find(&a);

	if (j == NULL)
		return;
	if (j->state < JUMP_OPEN)
		jump_withdraw(j);
	else
		jump_closed(j, &ask->bridge);
}
