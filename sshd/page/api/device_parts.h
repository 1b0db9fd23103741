/*
 * What belongs to a device, as lists of objects: the names are those of et-admin
 * device show --json.
 */
#ifndef DEVICE_PARTS_H
#define DEVICE_PARTS_H

#include "view.h"

/*
 * Put keys, permits, forwards (with virtual ones that are open), sessions, jumps
 * (virtual forwards that have ended) and polls into the object.
 */
enum store_result device_parts(struct view *, const struct device *,
    json_t *object);

#endif
