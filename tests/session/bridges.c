#include "config.h"

#include "bridges.h"

const char *
bridges_open(struct bridges *b, const struct msg_bridge *m, size_t most)
{
	if (m->id != b->last + 1)
		return "BRIDGE_OPEN: not the next id";
	if (b->n >= most)
		return "BRIDGE_OPEN: more than its channels";
	b->n++;
	b->last = m->id;
	b->ports[m->id % BRIDGES] = m->port;
	return NULL;
}

const char *
bridges_close(struct bridges *b, const struct msg_bridge *m)
{
	uint32_t *port = &b->ports[m->id % BRIDGES];

	if (*port == 0 || *port != m->port)
		return "BRIDGE_CLOSE: not an open one";
	b->n--;
	*port = 0;
	return NULL;
}
