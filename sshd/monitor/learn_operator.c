#include "config.h"

#include <string.h>

#include <utlist.h>

#include "clock.h"
#include "conn.h"
#include "console.h"
#include "directory.h"
#include "learn_operator.h"
#include "monitor.h"
#include "msg.h"
#include "owner.h"
#include "page.h"

/* A removed operator is freed with the last connection. */
static void
end_operator(struct monitor *m, struct dir_operator *op, const char *reason)
{
	struct conn *c, *tmp;

	directory_retire_operator(&m->dir, op);
	owner_gone(m, op->id, reason);
	DL_FOREACH_SAFE2(op->conns, c, tmp, dnext)
		conn_end_awaited(c, reason);
	if (op->conns == NULL)
		directory_drop_operator(&m->dir, op);
}

const char *
learn_operator(struct monitor *m, const struct msg *msg)
{
	const struct msg_operator *record = &msg->oper;
	struct dir_operator *op = directory_operator(&m->dir, record->id);

	if (op != NULL &&
	    (memcmp(op->digest, record->digest, KEY_DIGEST) != 0 ||
		strcmp(op->name, record->name) != 0))
		end_operator(m, op, "operator's key or name changed");
	if ((op = directory_put_operator(
		 &m->dir, record, clock_wall(), clock_now())) == NULL)
		return "out of memory";
	console_regrant(m, op);
	page_regrant(m, op);
	lobby_recheck(op);
	return NULL;
}

void
learn_operator_gone(struct monitor *m, int64_t id)
{
	struct dir_operator *op = directory_operator(&m->dir, id);

	if (op != NULL)
		end_operator(m, op, "operator removed");
}

void
learn_operator_sweep(struct monitor *m)
{
	struct dir_operator *op, *tmp;

	HASH_ITER(hh, m->dir.operators, op, tmp)
		if (op->generation != m->dir.generation)
			end_operator(m, op, "operator removed");
}

void
learn_operator_tick(struct monitor *m)
{
	double now = clock_now();
	struct dir_operator *op, *tmp;
	struct conn *c, *ctmp;

	HASH_ITER(hh, m->dir.operators, op, tmp)
		if (op->expires != 0 && op->expires <= now)
			DL_FOREACH_SAFE2(op->conns, c, ctmp, dnext)
				conn_end(c, "operator expired");
}
