#include "config.h"

#include <stdio.h>

#include "tell.h"

unsigned int
tell_failed(struct view *v, enum store_result r, char error[ASKED_ERROR])
{
	(void)v;
	if (r == STORE_BUSY) {
		snprintf(error, ASKED_ERROR, "the store is busy");
		return 503;
	}
	snprintf(error, ASKED_ERROR, "the store cannot be read");
	return 500;
}

unsigned int
tell_done(json_t *answer, json_t **out, char error[ASKED_ERROR])
{
	if ((*out = answer) != NULL)
		return 200;
	snprintf(error, ASKED_ERROR, "out of memory");
	return 500;
}

unsigned int
tell_admins_only(char error[ASKED_ERROR])
{
	snprintf(error, ASKED_ERROR, "only an admin may see this");
	return 403;
}

json_t *
tell_counts(const struct fleet_counts *c)
{
	return json_pack("{s:i, s:i, s:i, s:i, s:i}", "online", (int)c->online,
	    "late", (int)c->late, "offline", (int)c->offline, "never",
	    (int)c->never, "disabled", (int)c->disabled);
}
