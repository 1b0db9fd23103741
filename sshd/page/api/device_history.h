/*
 * The history of a device as JSON.
 */
#ifndef DEVICE_HISTORY_H
#define DEVICE_HISTORY_H

#include "view.h"

#define DEVICE_HISTORY_DAYS	7	/* of series, unless days= says */

/*
 * Put presence24, presence90, months and series into the object; series for so
 * many days.
 */
enum store_result device_history(struct view *, const struct device *,
    int64_t days, json_t *object);

#endif
