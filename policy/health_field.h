/*
 * The words for health: which fields a device's client sends, and what they
 * mean.  A field that is not in the table is kept and shown by its key.
 */
#ifndef HEALTH_FIELD_H
#define HEALTH_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "heartbeat.h"

#define HEALTH_NAME	16	/* of a field, with NUL */

enum health_kind { HEALTH_NUMBER, HEALTH_TEXT };

/* The direction in which a number is worse. */
enum health_bad { HEALTH_NEUTRAL, HEALTH_LOW, HEALTH_HIGH };

struct health_field {
	const char	*key;		/* on the wire: "mem" */
	const char	*name;		/* in options and JSON: "memory" */
	const char	*title;		/* for people: "Memory free" */
	const char	*unit;		/* "MiB"; "" */
	enum health_kind kind;
	enum health_bad	 bad;
	/*
	 * A value beyond this is reported as wrong: below it for HEALTH_LOW,
	 * above it for HEALTH_HIGH; 0: none is.
	 */
	double		 bound;
	const char	*whole;		/* bound is a percentage of this key */
	/* Changes seldom, so a device may leave it out: the last one stands. */
	bool		 lasting;
};

/* The field at i, in the order in which they are shown; NULL: no more. */
const struct health_field *health_field_at(size_t i);
/* The field with this key or name ("mem", "memory"); NULL: none. */
const struct health_field *health_field_find(const char *word);

/* Whether word can be the key of a field: [a-z]{1,8} or one capital. */
bool	health_key_valid(const char *word);

/* The value of key in valid health.  False: there is none. */
bool	health_text(const char *health, const char *key,
    char value[HEARTBEAT_VALUE]);
/*
 * The value as a number: an optional -, digits, and a fraction if there is one.
 * False: there is none, or it is no number.
 */
bool	health_number(const char *health, const char *key, double *value);

/*
 * Call each with every field of valid health, in its order, until that returns
 * other than 0; returns what the last call did.
 */
int	health_each(const char *health,
    int (*)(void *, const char *key, const char *value), void *);

/* Whether the field's value in this health is beyond its bound. */
bool	health_wrong(const struct health_field *, const char *health);

/*
 * Add to health, which a device has just sent, the lasting fields of before that
 * are not in it, as far as there is room.
 */
void	health_keep_lasting(char health[HEARTBEAT_HEALTH], const char *before);

#endif
