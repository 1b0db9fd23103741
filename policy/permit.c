#include "config.h"

#include <string.h>

#include "forward.h"
#include "permit.h"

int
permit_parse_ports(const char *s, uint32_t *first, uint32_t *last)
{
	const char *dash = strchr(s, '-');
	char low[8];
	size_t len = dash != NULL ? (size_t)(dash - s) : strlen(s);

	if (len >= sizeof(low))
		return -1;
	memcpy(low, s, len);
	low[len] = '\0';
	if (forward_parse_port(low, first) == -1)
		return -1;
	if (dash == NULL)
		*last = *first;
	else if (forward_parse_port(dash + 1, last) == -1)
		return -1;
	return *first <= *last ? 0 : -1;
}

bool
permit_allows(
    const struct permit *p, int64_t device, const char *tags, uint32_t port)
{
	if (port < p->first || port > p->last)
		return false;
	if (p->device != 0)
		return p->device == device;
	return p->tag[0] != '\0' && device_has_tag(tags, p->tag);
}
