/*
 * The history of devices: when each was there, what it told by the hour, and the
 * texts that changed; and when the server itself was away.
 *
 * Times are us since the epoch, exact to a second.  A device takes at most
 * HISTORY_BYTES on the disk for HISTORY_DAYS days, by the bounds below.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "device.h"
#include "heartbeat.h"

#define HISTORY_DAYS	90	/* days kept, by default */
#define HISTORY_DAYS_MAX 3650
#define HISTORY_BYTES	65536	/* of a device in HISTORY_DAYS, at most */
#define HISTORY_PACKED	384	/* bytes of a packed day */
#define HISTORY_FIELDS	HEARTBEAT_PAIRS	/* numbers of a device and day */
#define HISTORY_SPANS	200	/* spans of a device; older ones are joined */
#define HISTORY_TEXTS	48	/* rows of its texts; older ones are dropped */
#define HISTORY_VALUE	65	/* of a text, with NUL */
#define HISTORY_OUTAGES	500	/* of the server; older ones are dropped */
#define HISTORY_KEY	9	/* of a health field, with NUL */
#define HISTORY_HOURS	24

/*
 * The second of the hour at which the hours of a device begin, and the one that
 * is over is written; those of 64 devices in a row are the same, so that their
 * rows are written together.
 */
#define HISTORY_BLOCK	64
unsigned int	history_slot(int64_t device);
/* The number of the device's hour at, since the epoch; / 24: of its day. */
int64_t		history_hour(int64_t device, int64_t at);

/* --- presence --- */

enum span_end {
	SPAN_OPEN,	/* it has not ended */
	SPAN_LATE,	/* polls were missed */
	SPAN_LEFT,	/* the connection that the device held has ended */
	SPAN_SERVER	/* the server was away when the device went */
};
const char	*span_end_name(enum span_end); /* "", late, left, server */

struct span {
	int64_t		device;
	int64_t		since;	/* the first poll */
	int64_t		until;	/* when it was last seen; 0: it is there */
	enum span_end	why;
	int64_t		gone;	/* us of absence within, of a joined span */
};

enum outage_why {
	OUTAGE_STOPPED = 1,	/* et-sshd was stopped */
	OUTAGE_KILLED,		/* killed, crashed, power lost */
	OUTAGE_PAUSED		/* the machine or the process was suspended */
};
const char	*outage_why_name(enum outage_why);

struct outage {
	int64_t		since;
	int64_t		until;	/* 0: it lasts */
	enum outage_why	why;
};

/*
 * The server's absences, to take them out of the devices': oldest first, none
 * touches another.
 */
struct outages {
	size_t		n;
	struct outage	list[HISTORY_OUTAGES];
	int64_t		before[HISTORY_OUTAGES]; /* us of all before it */
};
/* Add the next one, until at least since; more than there is room for: no. */
void		outages_add(struct outages *, const struct outage *,
    int64_t now);
/* us of [from, until) at which the server was away. */
int64_t		outages_within(const struct outages *, int64_t from,
    int64_t until);

/* How long a device was there in a time, the server's absences left out. */
struct presence {
	int64_t		from;		/* counted from: us; 0: not known */
	int64_t		present;	/* us */
	int64_t		absent;		/* us */
	unsigned int	absences;
	int64_t		longest;	/* us, of the absences */
	int64_t		end;		/* of the last span counted; private */
	bool		here;		/* the last span lasts */
};
/*
 * Count the spans of a device, oldest first, in [from, until); then finish.
 * A device is counted from its first span on.
 */
void		presence_add(struct presence *, const struct outages *,
    const struct span *, int64_t from, int64_t until);
void		presence_finish(struct presence *, const struct outages *,
    int64_t from, int64_t until);
/* 0 to 1; -1: not known. */
double		presence_share(const struct presence *);

/* A cell of a bar: what is known of [from, until). */
struct cell {
	int64_t		from;
	int64_t		present;	/* us */
	int64_t		absent;		/* us */
	int64_t		away;		/* us: of the server */
};

/* --- health by the hour --- */

/* What a device told in one of its hours, or a part of it. */
struct hour_field {
	char		key[HISTORY_KEY];
	unsigned int	decimals;	/* of the numbers, at most 3 */
	double		least, mean, most;
};
struct hour {
	int64_t		device;
	int64_t		number;		/* history_hour */
	unsigned int	polls;
	uint64_t	bytes_in;	/* from the device, of ended sessions */
	uint64_t	bytes_out;
	unsigned int	fields;
	struct hour_field field[HISTORY_FIELDS];
};

struct point {
	const char	*key;
	int64_t		at;		/* when the hour began */
	bool		ranged;		/* least and most are known */
	double		least, mean, most;
};

/* Bytes of a device's sessions that ended in a month, by UTC. */
struct month {
	int		year;
	int		month;		/* 1 to 12 */
	uint64_t	bytes_in;
	uint64_t	bytes_out;
};

/* --- texts --- */

/* name: client, addr, or the key of a health field: model, fw, v, ... */
struct text_change {
	int64_t		since;
	char		name[HISTORY_KEY];
	char		value[HISTORY_VALUE];
};

/* --- availability --- */
struct report {
	struct device	device;		/* id, name, alias, tags, enabled */
	struct presence	presence;
};

/* Days of "90d" or "90"; "0" is off.  -1: not so many days. */
int		history_parse(const char *text);
/* us of "12h", "7d", "90m"; -1: not such a time, or beyond HISTORY_DAYS_MAX. */
int64_t		history_parse_since(const char *text);

#endif
