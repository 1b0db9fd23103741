/*
 * What admins set for alerts: mutes, and bounds of health fields.
 */
#ifndef ALERT_LIMITS_H
#define ALERT_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

struct alert;
struct alert_limits;
struct alerts;
struct dir_device;
struct monitor;
struct msg;

struct alert_limits *alert_limits_new(void);
void alert_limits_free(struct alert_limits *);
void alert_breaches_free(struct alerts *);

/* The keeper's records.  NULL, or what is wrong, which ends the keeper. */
const char *alert_learn_mute(struct monitor *, const struct msg *);
const char *alert_learn_bound(struct monitor *, const struct msg *);
void alert_mute_gone(struct monitor *, int64_t id);
void alert_bound_gone(struct monitor *, int64_t id);
/* Before a load; and after it, when those that it did not have are dropped. */
void alert_limits_reload(struct alert_limits *);
void alert_limits_loaded(struct alert_limits *);

/* Is it muted now? */
bool alert_muted(const struct monitor *, const struct alert *);

/* A device polled with this health: compare it with the bounds. */
void alert_health(
    struct monitor *, const struct dir_device *, const char *health);

/* Close alerts whose bound or device is gone. */
void alert_health_sweep(struct monitor *);

#endif
