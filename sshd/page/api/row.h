/*
 * A device's row as JSON.
 */
#ifndef ROW_H
#define ROW_H

#include "wrong.h"

/* A time, us since the epoch, as JSON has it: ms, or null for 0. */
json_t	*row_time(int64_t us);
/* A number, as an integer if it is one. */
json_t	*row_number(double);
/* A text that may be no UTF-8, as JSON; "" for an empty one. */
json_t	*row_text(const char *);
/* "a,b" as a list. */
json_t	*row_words(const char *words);
/* Health fields as an object of texts. */
json_t	*row_health(const char *health);
/* A row, and what the page says of it. */
struct row {
	const struct fleet_row *of;
	enum device_state state;
	const char	*wrong;		/* see wrong.h */
	uint64_t	print;		/* of what it says but for its beats */
};
enum store_result row_judge(const struct view *,
    const struct wrong_forwards *, const struct fleet_row *, struct row *);

/* Make the object.  STORE_OK and *json NULL: out of memory. */
enum store_result row_json(const struct view *, const struct row *,
    json_t **json);

#endif
