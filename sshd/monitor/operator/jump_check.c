#include "config.h"

#include <stdio.h>

#include "clock.h"
#include "conn.h"
#include "directory.h"
#include "jump.h"
#include "jump_check.h"
#include "monitor.h"

#define CLOSE_TIMEOUT 5.0 /* s from JUMP_CLOSE to JUMP_CLOSED */

static void
jump_expire(struct jump *j)
{
	unsigned int s = j->asker.conn->m->conf->reach_timeout;
	const struct dir_forward *f = j->forward;
	char reason[96];

	if (j->trouble[0] != '\0' &&
	    (j->state == JUMP_WAITING || j->relay != 0))
		snprintf(reason, sizeof(reason), "%s", j->trouble);
	else if (j->state == JUMP_JOINING)
		snprintf(reason, sizeof(reason),
		    "device did not answer on port %u within %u s", j->dport,
		    s);
	else if (f != NULL && f->state == FORWARD_DELIVERED)
		snprintf(reason, sizeof(reason),
		    "device polled, but did not open port %u within %u s",
		    j->dport, s);
	else
		snprintf(reason, sizeof(reason),
		    "device did not poll within %u s", s);
	jump_fail(j, reason);
}

void
jump_tick(struct monitor *m)
{
	double before = clock_now() - m->conf->reach_timeout;
	struct jump *j, *tmp;

	HASH_ITER(hh, m->jumps, j, tmp)
		if (m->fenced && (j->state == JUMP_WAITING || j->relay != 0))
			jump_fail(j, "this node has lost the store");
		else if (j->state < JUMP_OPEN && j->asked <= before)
			jump_expire(j);
		else if (j->state == JUMP_ENDING && j->inside &&
			 j->ended <= clock_now() - CLOSE_TIMEOUT)
			conn_end(j->asker.conn,
			    "jump not ended by its worker in time");
}

static bool
jump_is_granted(const struct jump *j)
{
	const struct dir_operator *op = j->asker.conn->oper;

	return j->device->enabled &&
	       operator_reaches(op->role, op->grants, j->device->name,
		   j->device->tags, j->dport);
}

void
jump_check(struct monitor *m)
{
	struct jump *j, *tmp;

	HASH_ITER(hh, m->jumps, j, tmp) {
		if (j->device == NULL || jump_is_granted(j))
			continue;
		if (j->state < JUMP_OPEN)
			jump_fail(j, "no longer granted");
		else
			jump_end(j, "no longer granted");
	}
}
