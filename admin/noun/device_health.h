/* The health fields of a device over a time: each a row with its line. */
#ifndef DEVICE_HEALTH_H
#define DEVICE_HEALTH_H

#include "admin.h"

/* A part of the record before (output.h). */
enum store_result	device_health_show(struct admin *, int64_t device,
    int64_t since, int64_t now);

#endif
