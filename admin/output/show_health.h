/*
 * Health fields as columns: which a table shows, and their values.
 */
#ifndef SHOW_HEALTH_H
#define SHOW_HEALTH_H

#include "health_field.h"
#include "output.h"

#define SHOW_HEALTH_TITLE	24
#define SHOW_HEALTH_FIELDS	16	/* known ones, at most */

/* Columns of a table or record, and the titles and the order that they need. */
struct show_columns {
	struct column	column[OUTPUT_COLUMNS];
	bool		hidden[OUTPUT_COLUMNS];	/* unless chosen */
	size_t		n;
	char		title[SHOW_HEALTH_FIELDS][SHOW_HEALTH_TITLE];
	char		order[512];	/* see output_order */
};

/*
 * Append a column for each known field of health, and one, "health", for all
 * others.  heading: titles are in capitals.
 */
void	show_health_columns(struct show_columns *, bool heading);

/* The field's value for people, with its unit: "60 MiB"; "-": it is not there. */
const char	*show_health_text(const struct health_field *,
    const char *health, char out[64]);

/* The values of all columns that show_health_columns appends. */
void	show_health_values(struct output *, const char *health);

/* The fields that are not known, as they came.  False: there are none. */
bool	show_health_other(const char *health, char out[HEARTBEAT_HEALTH]);

/* "up=1 zz=2" as an object; known: the fields of health_field.h as well. */
json_t	*show_health_object(const char *health, bool known);

#endif
