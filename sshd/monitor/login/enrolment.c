#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "conn.h"
#include "enrolment.h"
#include "monitor.h"
#include "srclimit.h"

bool
enrolment_was_busy(const struct conn *c)
{
	return c->enrolment != NULL && c->enrolment->busy;
}

void
enrolment_leave_line(struct enrolment *e)
{
	DL_DELETE(e->conn->m->tokens.line, e);
	explicit_bzero(e->text, sizeof(e->text));
	e->doing = ENROLMENT_NOTHING;
}

void
enrolment_leave(struct conn *c)
{
	struct enrolment *e = c->enrolment;

	if (e == NULL)
		return;
	if (e->doing == ENROLMENT_IN_LINE)
		enrolment_leave_line(e);
	else if (e->doing == ENROLMENT_CHECKED)
		srclimit_token_checked(c->source, true);
	e->doing = ENROLMENT_NOTHING;
}

void
enrolment_free(struct conn *c)
{
	free(c->enrolment);
	c->enrolment = NULL;
}
