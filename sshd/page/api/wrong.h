/*
 * What is wrong with a device, in one word: fleet_wrong, and what takes a look
 * at more of the store than the device's row.
 */
#ifndef WRONG_H
#define WRONG_H

#include "view.h"

/* Devices whose forward's port cannot be bound, as far as they fit. */
struct wrong_forwards {
	int64_t	device[VIEW_FAILED];
	size_t	n;
};
enum store_result wrong_forwards(struct store *, struct wrong_forwards *);

/*
 * Set *word: "disabled", "no-key", "refused", what fleet_wrong says, or
 * "forward-failed", the first of them that is true; or "".
 */
enum store_result wrong_word(const struct view *,
    const struct wrong_forwards *, const struct fleet_row *,
    const char **word);

/* What the word says, as a clause for people; "" for "". */
const char	*wrong_text(const char *word);

#endif
