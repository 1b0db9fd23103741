/*
 * An operator: a person or program that may see and reach devices.  The key
 * says who it is, as with devices; the role and the grants say what it may.
 *
 *	viewer		sees
 *	operator	sees and reaches what the grants cover
 *	admin		all
 *
 * Grants have blanks between.  One is for the devices with a tag, "TAG", or
 * for the one device of an id, "device=ID", which is no tag since none has a
 * "=" in it; either may have ":PORTS" behind it.  PORTS is as in
 * "22,80,8000-8100", ports of the device, and without it OPERATOR_PORTS.
 */
#ifndef OPERATOR_H
#define OPERATOR_H

#include <stdbool.h>
#include <stdint.h>

#include "device.h"
#include "key.h"

#define OPERATOR_GRANTS	1024
#define OPERATOR_PORTS	"22,80"
#define OPERATOR_DEVICE	"device="
#define OPERATOR_KEEP	(24 * INT64_C(3600000000)) /* us, after its end */

enum operator_role {
	OPERATOR_VIEWER = 1,
	OPERATOR_OPERATOR,
	OPERATOR_ADMIN
};

struct oper {
	int64_t		id;			/* 0: not yet stored */
	char		name[DEVICE_NAME];	/* canonical, as an id */
	enum operator_role role;
	char		grants[OPERATOR_GRANTS];
	struct key	key;			/* its device is 0 */
	int64_t		created;		/* us since the epoch */
	int64_t		expires;		/* us since the epoch; 0: never */
};

const char	*operator_role_name(enum operator_role);
int		 operator_role_parse(const char *, enum operator_role *);

/*
 * Add a grant; a grant of the same tag or device is replaced.  Returns 0, or
 * -1: text is no grant; or -2: no room.
 */
int	 operator_grant(char grants[OPERATOR_GRANTS], const char *grant);

struct grant {
	const char	*tag;		/* NULL: a grant for a device */
	const char	*device;	/* an id; NULL: for a tag */
	const char	*ports;		/* OPERATOR_PORTS by default */
};

/*
 * Call back with each grant, until the callback returns other than 0; returns
 * that value.
 */
int	 operator_each_grant(const char *grants,
    int (*)(void *, const struct grant *), void *);

/*
 * Whether the operator may see the device of this id, which has these tags.  A
 * viewer without grants sees all, everybody else what the grants cover.  An
 * empty id stands for what is there for every device with the tags.
 */
bool	 operator_sees(enum operator_role, const char *grants, const char *id,
    const char *tags);

/*
 * Whether the operator may reach this port of the device.  Port 0: not known.
 */
bool	 operator_reaches(enum operator_role, const char *grants,
    const char *id, const char *tags, uint32_t port);

#endif
