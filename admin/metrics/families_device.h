/*
 * Metrics of each device: on request alone, as each device adds series.
 */
#ifndef FAMILIES_DEVICE_H
#define FAMILIES_DEVICE_H

#include "exposition.h"
#include "store.h"

/* served: a server runs, so that the state of a device is known. */
enum store_result	families_device_write(struct exposition *,
    struct store *, bool served);

#endif
