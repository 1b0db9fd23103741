/*
 * Bounds of health fields, and the alerts of devices beyond them.
 */
#ifndef ALERT_BOUND_H
#define ALERT_BOUND_H

#include <stdint.h>

struct alerts;
struct dir_device;
struct monitor;
struct msg;

/* The keeper's records.  NULL, or what is wrong, which ends the keeper. */
const char *alert_learn_bound(struct monitor *, const struct msg *);
void alert_bound_gone(struct monitor *, int64_t id);
/* Before a load; and after it, when those that it did not have are dropped. */
void alert_bounds_reload(struct alerts *);
void alert_bounds_loaded(struct alerts *);
void alert_bounds_free(struct alerts *);

/* A device polled with this health: compare it with the bounds. */
void alert_health(
    struct monitor *, const struct dir_device *, const char *health);

/* Close alerts whose bound or device is gone. */
void alert_health_sweep(struct monitor *);

#endif
