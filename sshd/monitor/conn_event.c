#include "config.h"

#include "conn.h"
#include "conn_event.h"
#include "directory.h"
#include "monitor.h"

void
conn_event_party(struct event *e, const struct conn *c)
{
	if (c->device != NULL)
		event_text(e, "device", c->device->name);
	if (c->oper != NULL)
		event_text(e, "operator", c->oper->name);
}

struct event
conn_event_begin(const struct conn *c, const char *name)
{
	struct event e = event_begin(c->m->log, name);

	event_int(&e, "conn", (int64_t)c->number);
	conn_event_party(&e, c);
	return e;
}
