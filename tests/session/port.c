#include "config.h"

#include "port.h"

bool
ports_has(const struct ports *ps, uint32_t port)
{
	const uint32_t *p;

	for (p = ps->list; p < ps->list + PORTS; p++)
		if (*p != 0 && *p == port)
			return true;
	return false;
}

uint32_t
ports_at(const struct ports *ps, size_t i)
{
	const uint32_t *p;

	for (p = ps->list; p < ps->list + PORTS; p++)
		if (*p != 0 && i-- == 0)
			return *p;
	return 0;
}

bool
ports_open(struct ports *ps, uint32_t port)
{
	uint32_t *p;

	if (ports_has(ps, port))
		return false;
	for (p = ps->list; p < ps->list + PORTS; p++)
		if (*p == 0) {
			*p = port;
			return true;
		}
	return false;
}

void
ports_close(struct ports *ps, uint32_t port)
{
	uint32_t *p;

	for (p = ps->list; p < ps->list + PORTS; p++)
		if (*p == port)
			*p = 0;
}
