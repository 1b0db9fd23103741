/*
 * The SQL of a query on all devices, as text and parameters.  For store_fleet.c.
 */
#ifndef STORE_FLEET_SQL_H
#define STORE_FLEET_SQL_H

#include "fleet.h"
#include "store_query.h"

#define FLEET_SQL_TEXT	12288
#define FLEET_SQL_ARGS	160
#define FLEET_SQL_TAGS	(FLEET_TAGS + FLEET_WHERE)

struct fleet_sql {
	char		text[FLEET_SQL_TEXT];
	size_t		len;
	struct value	arg[FLEET_SQL_ARGS + 1];
	int		args;
	int64_t		nodes_since;	/* store_nodes_since */
	int		where;		/* conditions so far */
	char		tag[FLEET_SQL_TAGS][DEVICE_NAME + 2];
	int		tags;
	char		words[256];
	bool		full;		/* it did not fit */
};

void	fleet_sql_add(struct fleet_sql *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* A number as a parameter, at this place of the text. */
void	fleet_sql_int(struct fleet_sql *, int64_t);

#define FLEET_DISABLED 9
/* A device's state as a number: enum device_state, or FLEET_DISABLED. */
void	fleet_sql_state(struct fleet_sql *, int64_t now);

/* FROM and WHERE, of all that the query asks for but the state. */
void	fleet_sql_conditions(struct fleet_sql *, const struct fleet_query *);
/* One more condition follows. */
void	fleet_sql_and(struct fleet_sql *);
/* The condition on the state, if the query has one. */
void	fleet_sql_by_state(struct fleet_sql *, const struct fleet_query *);
/* ORDER BY; devices without a value are last, whichever the way. */
void	fleet_sql_order(struct fleet_sql *, const struct fleet_query *);

#endif
