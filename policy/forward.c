#include "config.h"

#include <string.h>

#include "forward.h"

#define PORT_MAX 65535

/*
 * A number of digits only (strtoul accepts signs and spaces), at most max; or
 * -1.  *end is the first byte that is no digit.
 */
static int64_t
forward_number(const char *s, int64_t max, const char **end)
{
	int64_t n = 0;
	const char *p;

	for (p = s; *p >= '0' && *p <= '9'; p++) {
		n = n * 10 + (*p - '0');
		if (n > max)
			return -1;
	}
	*end = p;
	return p > s ? n : -1;
}

static int
port_at(const char *s, uint32_t *port, const char **end)
{
	int64_t n = forward_number(s, PORT_MAX, end);

	if (n < 1)
		return -1;
	*port = (uint32_t)n;
	return 0;
}

int
forward_parse_port(const char *s, uint32_t *port)
{
	const char *end;

	return port_at(s, port, &end) == 0 && *end == '\0' ? 0 : -1;
}

int
forward_parse(const char *s, uint32_t *dport, uint32_t *sport)
{
	const char *end;

	if (port_at(s, dport, &end) == -1 || *end != ':')
		return -1;
	return forward_parse_port(end + 1, sport);
}

uint32_t
forward_parse_ttl(const char *s)
{
	static const char units[] = "smhd";
	static const int64_t seconds[] = {1, 60, 3600, 86400};
	const char *end, *unit;
	int64_t n = forward_number(s, FORWARD_TTL_MAX, &end);

	if (n < 0)
		return 0;
	if (*end != '\0') {
		if ((unit = strchr(units, *end)) == NULL || end[1] != '\0')
			return 0;
		n *= seconds[unit - units];
	}
	return n <= FORWARD_TTL_MAX ? (uint32_t)n : 0;
}

#define TO(state) (1u << (state))
#define ENDS (TO(FORWARD_CLOSED) | TO(FORWARD_EXPIRED) | TO(FORWARD_CANCELLED))

bool
forward_may(enum forward_state from, enum forward_state to)
{
	static const unsigned int may[] = {
	    /*
	     * A device that knows its port may open the forward before it is
	     * told.
	     */
	    [FORWARD_QUEUED] = TO(FORWARD_DELIVERED) | TO(FORWARD_OPEN) | ENDS,
	    [FORWARD_DELIVERED] = TO(FORWARD_QUEUED) | TO(FORWARD_OPEN) | ENDS,
	    [FORWARD_OPEN] = TO(FORWARD_QUEUED) | ENDS,
	    [FORWARD_CLOSED] = 0,
	    [FORWARD_EXPIRED] = 0,
	    [FORWARD_CANCELLED] = 0,
	};

	if ((size_t)from >= sizeof(may) / sizeof(may[0]) ||
	    to > FORWARD_CANCELLED)
		return false;
	return may[from] & TO(to);
}

bool
forward_ended(enum forward_state state)
{
	return state >= FORWARD_CLOSED;
}

const char *
forward_state_name(enum forward_state state)
{
	static const char *const names[] = {
	    [FORWARD_QUEUED] = "queued",
	    [FORWARD_DELIVERED] = "delivered",
	    [FORWARD_OPEN] = "open",
	    [FORWARD_CLOSED] = "closed",
	    [FORWARD_EXPIRED] = "expired",
	    [FORWARD_CANCELLED] = "cancelled",
	};

	return (size_t)state < sizeof(names) / sizeof(names[0]) ? names[state]
								: "?";
}

bool
forward_refused(const struct forward *f)
{
	return (f->state == FORWARD_QUEUED || f->state == FORWARD_DELIVERED) &&
	       strncmp(f->reason, FORWARD_REFUSED, strlen(FORWARD_REFUSED)) ==
		   0;
}
