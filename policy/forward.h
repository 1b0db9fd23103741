/*
 * A forward that an operator asked for, and its way through the inbox.
 *
 *	queued -> delivered -> open -> closed
 *	   ^---------+----------'	(not opened in time, tunnel lost)
 *	queued, delivered -> expired | cancelled
 *
 * A forward that an operator opened by SSH is the operator's, and ends with the
 * operator, the operator's time and grants.
 */
#ifndef FORWARD_H
#define FORWARD_H

#include <stdbool.h>
#include <stdint.h>

#include "device.h"

#define FORWARD_TTL		3600	/* s */
#define FORWARD_TTL_MAX		(365 * 86400)
#define FORWARD_KEEP		1000	/* ended ones that are kept */
#define FORWARD_REASON		128
#define FORWARD_REDELIVER	90	/* s from delivered to queued again */

enum forward_state {
	FORWARD_QUEUED,
	FORWARD_DELIVERED,
	FORWARD_OPEN,
	FORWARD_CLOSED,
	FORWARD_EXPIRED,
	FORWARD_CANCELLED
};

struct forward {
	int64_t		id;
	int64_t		device;
	char		name[DEVICE_NAME];	/* the device's id */
	uint32_t	dport;
	uint32_t	sport;
	uint32_t	ttl;			/* s */
	int64_t		created;		/* us since the epoch */
	int64_t		expires;		/* us since the epoch */
	enum forward_state state;
	int64_t		state_at;		/* us since the epoch */
	char		reason[FORWARD_REASON];	/* of the last change, or "" */
	bool		cancelled;		/* an operator has closed it */
	bool		virtual;		/* for jumps; id, ttl are 0 */
	int64_t		oper;			/* 0: opened on the server */
	char		owner[DEVICE_NAME];	/* the owner's name, or "" */
	/* Listed: that binds sport, "": where the tunnel is; virtual: its own. */
	char		node[DEVICE_NAME];
};

/* "9876": 0, or -1: not a port 1 to 65535. */
int		 forward_parse_port(const char *, uint32_t *port);

/*
 * The beginning of the reason when the server could not bind the port as the
 * device asked for it.  The device is told again after a while.
 */
#define FORWARD_REFUSED		"server port "
bool		 forward_refused(const struct forward *);

/* "22:9876": 0, or -1: not two ports 1 to 65535. */
int		 forward_parse(const char *, uint32_t *dport, uint32_t *sport);

/*
 * "90", "90s", "15m", "1h", "7d": seconds, or 0: not a time, 0, or
 * more than FORWARD_TTL_MAX.
 */
uint32_t	 forward_parse_ttl(const char *);

/* Whether a forward may change from one state to the other. */
bool		 forward_may(enum forward_state from, enum forward_state to);

/* Whether the state is closed, expired or cancelled. */
bool		 forward_ended(enum forward_state);
const char	*forward_state_name(enum forward_state);

#endif
