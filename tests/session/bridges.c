#include "config.h"

#include "bridges.h"

uint32_t
bridges_open(struct bridges *b, uint32_t port, size_t most)
{
	if (b->n >= most || b->ports[(b->last + 1) % BRIDGES] != 0)
		return 0;
	b->n++;
	b->last++;
	b->ports[b->last % BRIDGES] = port;
	return b->last;
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
