/*
 * An alert: something that an owner has to know of, from its open to its close.
 * Mutes say what is not told, bounds from when on a health field is alerted.
 * doc/alerts.md says how the server decides.
 */
#ifndef ALERT_H
#define ALERT_H

#include <stdbool.h>
#include <stdint.h>

#include "device.h"
#include "heartbeat.h"

#define ALERT_ID	160	/* "device.gone:kitchen:1764365000" */
#define ALERT_SUBJECT	72	/* "kitchen", "tag:site-a", "server" */
#define ALERT_SUMMARY	256	/* one line for people */
#define ALERT_NAMED	50	/* devices that a list of names has */
#define ALERT_NAMES	(ALERT_NAMED * DEVICE_NAME)
#define ALERT_OPEN	1000	/* alerts open at a time, at most */
#define ALERT_KEEP	10000	/* closed ones that the store keeps */
#define ALERT_MUTES	256	/* mutes, and bounds, at most */
#define ALERT_BOUNDS	64
#define ALERT_FIELD	9	/* the key of a health field, and NUL */

enum alert_kind {
	ALERT_GONE = 1,
	ALERT_SITE,
	ALERT_CLONE,
	ALERT_KEY,
	ALERT_DISK,
	ALERT_STORE,
	ALERT_TOKEN,
	ALERT_OPERATOR,
	ALERT_HEALTH,
	ALERT_TEST,
	ALERT_KINDS		/* the number of them; no kind */
};

/* What of an alert was told, in the stream. */
enum alert_told {
	ALERT_UNTOLD,
	ALERT_TOLD_OPEN,
	ALERT_TOLD_CLOSE
};

struct alert_record {
	char		id[ALERT_ID];	/* the same for open and close */
	enum alert_kind	kind;
	char		subject[ALERT_SUBJECT];
	int64_t		device;		/* whose it is; 0: no one device's */
	char		tag[DEVICE_NAME]; /* of a site that is a tag; or "" */
	int64_t		since;		/* us since the epoch */
	int64_t		opened;
	int64_t		closed;		/* 0: open */
	enum alert_told	told;
	uint32_t	count;		/* devices */
	char		summary[ALERT_SUMMARY];
	char		devices[ALERT_NAMES];	/* "a,b", ALERT_NAMED at most */
	char		missing[ALERT_NAMES];	/* of a site that is back */
};

/* A mute: alerts of its target are recorded, and not told until its end. */
struct alert_mute {
	int64_t		id;		/* 0: not yet stored */
	char		target[ALERT_SUBJECT];	/* see alert_target */
	int64_t		device;		/* of the target "device"; or 0 */
	int64_t		until;		/* us since the epoch */
	char		who[DEVICE_NAME];
};

/* A bound: devices beyond it, for as long as it says, are alerted. */
struct alert_bound {
	int64_t		id;		/* 0: not yet stored */
	char		field[ALERT_FIELD];
	char		op[3];		/* < <= > >= */
	double		value;
	bool		percent;	/* of its whole, or of its key and "t" */
	char		tag[DEVICE_NAME]; /* only devices with it; or "" */
	uint32_t	hold;		/* s for which it has to hold */
};

/* "device.gone", "site.offline", ...; "?" for none. */
const char	*alert_kind_name(enum alert_kind);
/* ALERT_KINDS: there is no such kind. */
enum alert_kind	 alert_kind_parse(const char *);
bool		 alert_critical(enum alert_kind);

/* The kinds of the targets of mutes. */
enum alert_target {
	ALERT_TARGET_NONE,	/* text is no target; perhaps a device's name */
	ALERT_TARGET_ALL,	/* "all" */
	ALERT_TARGET_TAG,	/* "tag:T": the tag, and devices with it */
	ALERT_TARGET_ADDR,	/* "addr:A": the site with that address */
	ALERT_TARGET_KIND	/* "health", "device.gone" */
};
enum alert_target alert_target(const char *text);

/*
 * Parse a bound, as in "mem<5%" or "load>=4.5"; the field by its key or its name
 * (health_field.h).  False: it is none.  Its tag,
 * hold and id are 0.
 */
bool		 alert_bound_parse(const char *text, struct alert_bound *);
/* The text of a bound, as it was parsed. */
void		 alert_bound_text(const struct alert_bound *, char *, size_t);
/*
 * Is this health beyond the bound?  *known: whether it has the bound's field;
 * *value: the field's, or its percentage.  *whole is what that is of, 0 if it
 * is not known yet: devices do not send it with each poll.
 */
bool		 alert_bound_beyond(const struct alert_bound *,
    const char *health, double *whole, bool *known, double *value);

/*
 * Quiet hours, "22:00-06:00": minutes since midnight, from first up to last.
 * "" has none: both are 0.  False: text is none.
 */
bool		 alert_quiet_parse(const char *text, unsigned int *first,
    unsigned int *last);
bool		 alert_quiet_at(unsigned int first, unsigned int last,
    unsigned int minute);

/* "TAG=POLLS", as in "site-a=10": 1 to ALERT_AFTER_MOST polls.  False: not. */
#define ALERT_AFTER_MOST	1000
bool		 alert_after_parse(const char *text, char tag[DEVICE_NAME],
    unsigned int *polls);

/* Add a name to a list of names.  False: the list is full, and stays. */
bool		 alert_name_add(char names[ALERT_NAMES], const char *name);

#endif
