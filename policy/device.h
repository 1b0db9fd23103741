/*
 * A device: a machine that polls.  Its key identifies it; its id (by default
 * its MAC) and alias are labels.
 */
#ifndef DEVICE_H
#define DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#define DEVICE_NAME	65	/* 64 bytes and NUL */
#define DEVICE_TAGS	256	/* "a,b,c", sorted, no repeats */
#define DEVICE_PLACES	100	/* two addresses */
#define DEVICE_INTERVAL	60	/* s between polls, as planned */
#define DEVICE_LATE_AFTER	2	/* intervals without a poll */
#define DEVICE_OFFLINE_AFTER	5

struct device {
	int64_t	id;			/* 0: not yet stored */
	char	name[DEVICE_NAME];	/* the device's id */
	char	alias[DEVICE_NAME];	/* the alias, or "" */
	char	tags[DEVICE_TAGS];
	bool	enabled;
	int64_t	created;		/* us since the epoch */
	bool	connected;		/* a session of the device is open */
	/* from its last heartbeat */
	int64_t	last_seen;		/* us since the epoch; 0: never */
	uint32_t interval;		/* s between polls; 0: not yet known */
	char	addr[64];
	char	client[256];
	/* when its key was last seen at two places at once; 0: never */
	int64_t	duplicate_key;		/* us since the epoch */
	char	places[DEVICE_PLACES];	/* "192.0.2.1,198.51.100.7" */
};

#define DEVICE_DUPLICATE_KEY	(24 * INT64_C(3600000000)) /* us, to report */

enum device_state {
	DEVICE_NEVER,
	DEVICE_ONLINE,
	DEVICE_LATE,			/* one poll missed */
	DEVICE_OFFLINE			/* several missed */
};

/*
 * [a-z0-9][a-z0-9._-]{0,63}: an id, an alias, a tag.  A new id or alias has to be
 * more than that: see name_allowed.
 */
bool	 device_name_valid(const char *);

#define DEVICE_ENROL	"enroll"	/* user name of those that register */

/*
 * Whether the user name of a login fits the device: "ID" and "deviceID" do, and
 * so does the alias.
 */
bool	 device_name_fits(const char *user, const char *name,
    const char *alias);

/* Whether tag is in the list tags ("a,b,c"). */
bool	 device_has_tag(const char *tags, const char *tag);

/* Add or remove one tag.  Returns 0, or -1: not a tag, or no room. */
int	 device_tag_add(char tags[DEVICE_TAGS], const char *tag);
int	 device_tag_remove(char tags[DEVICE_TAGS], const char *tag);

/*
 * The state of a device last seen ago microseconds back (negative: never),
 * which polls every interval seconds (0: not known).  Late after two intervals,
 * offline after five; an interval counts as DEVICE_INTERVAL at least.
 */
enum device_state device_state(int64_t ago, uint32_t interval);
const char	*device_state_name(enum device_state);
int		 device_state_parse(const char *, enum device_state *);

#endif
