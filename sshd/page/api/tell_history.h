/*
 * The history of a device as JSON.
 */
#ifndef TELL_HISTORY_H
#define TELL_HISTORY_H

#include "view.h"

#define TELL_HISTORY_DAYS	7	/* of series, unless days= says */

/*
 * Put presence24, presence90, months and series into the object; series for so
 * many days.
 */
enum store_result tell_history(struct view *, const struct device *,
    int64_t days, json_t *object);

#endif
