/*
 * A query on all devices: what "device list" and the page ask of the store
 * (store_fleet_each in store.h), and the words in which people ask it.
 */
#ifndef FLEET_QUERY_H
#define FLEET_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "device.h"
#include "health_field.h"
#include "heartbeat.h"

#define FLEET_FIELD	HEALTH_NAME	/* of a field, with NUL */
#define FLEET_VALUE	(HEARTBEAT_VALUE * 2)
#define FLEET_WHERE	8	/* conditions of a query */
#define FLEET_TAGS	32	/* tags of a query */
#define FLEET_WORDS	8	/* of its text; those after them count for nothing */
#define FLEET_ERROR	256	/* as STORE_ERROR */

enum fleet_op {
	FLEET_IS,		/* =	text: whatever the case of its letters */
	FLEET_IS_NOT,		/* != */
	FLEET_HAS,		/* ~	contains, whatever the case */
	FLEET_LESS,		/* < */
	FLEET_MORE,		/* > */
	FLEET_AT_MOST,		/* <= */
	FLEET_AT_LEAST		/* >= */
};

enum fleet_kind {
	FLEET_KIND_TEXT,
	FLEET_KIND_NUMBER,	/* "5", "-67", "0.5"; "5%" with a whole */
	FLEET_KIND_SPAN,	/* in seconds: "90", "90s", "5m", "2h", "1d" */
	FLEET_KIND_STATE,	/* a state of a device, or "disabled" */
	FLEET_KIND_TAG,
	FLEET_KIND_KEY		/* an unknown key of health: text or number */
};

/* A condition: field op value. */
struct fleet_where {
	char		field[FLEET_FIELD];
	enum fleet_op	op;
	char		value[FLEET_VALUE];
};

struct fleet_query {
	/*
	 * Words: each must be in the id, the alias, the tags, the address, the
	 * client or the health, whatever its case.  NULL: none.
	 */
	const char	*text;
	const char	*tag[FLEET_TAGS];	/* the device must have all */
	int		 tags;
	enum device_state state;
	bool		 by_state;	/* only in state, and not disabled */
	bool		 with_disabled;	/* by_state: and those that are, too */
	bool		 wrong;		/* only with something wrong */
	struct fleet_where where[FLEET_WHERE];
	int		 wheres;
	char		 sort[FLEET_FIELD];	/* "": as they were added */
	bool		 descending;	/* without a value: last, even so */
	unsigned int	 offset;
	unsigned int	 limit;		/* 0: all */
	int64_t		 now;		/* us since the epoch */
};

struct fleet_row {
	struct device	device;
	/* What it last sent, and lasting fields that it sent before. */
	char		health[HEARTBEAT_HEALTH];
};

struct fleet_counts {
	/* Of all that the query finds but for its own state; disabled apart. */
	unsigned int	online, late, offline, never, disabled;
	unsigned int	total;		/* that the query finds, its state too */
};

/*
 * The kind of a field: id, alias, name (the alias, or else the id), tag, state,
 * addr, client, last_seen and created (how long ago), interval, the fields of
 * health_field.h by key or name, and any other key of health.  Returns its
 * proper name; NULL: no field can have that name.
 */
const char	*fleet_field(const char *word, enum fleet_kind *);

/*
 * Parse a condition ("firmware~23.05", "memory<5%", "uptime<1h").  Returns 0, or
 * -1 with error, which says what is allowed.
 */
int	fleet_where_parse(const char *text, struct fleet_where *,
    char error[FLEET_ERROR]);

/* Parse what to sort by: FIELD, FIELD:asc or FIELD:desc.  The same. */
int	fleet_sort_parse(const char *text, struct fleet_query *,
    char error[FLEET_ERROR]);

/* Seconds of a span ("90", "5m", "2h", "1d"); -1: it is none. */
int64_t	fleet_span(const char *text);

/* All fields by their names, "id, alias, ...", for a message. */
void	fleet_fields(char out[FLEET_ERROR]);

/*
 * What is wrong with a device, in one word: offline, late, clone (its key was at
 * two places at once), or the name of the first health field that is beyond its
 * bound; "": nothing, or the device is disabled.
 */
const char	*fleet_wrong(const struct fleet_row *, int64_t now);

/* The device's state at now; one that is connected is online. */
enum device_state fleet_state(const struct device *, int64_t now);

#endif
