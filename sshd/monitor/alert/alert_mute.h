/*
 * Mutes: alerts of their targets are recorded, and not told.
 */
#ifndef ALERT_MUTE_H
#define ALERT_MUTE_H

#include <stdbool.h>
#include <stdint.h>

struct alert;
struct alerts;
struct monitor;
struct msg;

/* The keeper's records.  NULL, or what is wrong, which ends the keeper. */
const char *alert_learn_mute(struct monitor *, const struct msg *);
void alert_mute_gone(struct monitor *, int64_t id);
/* Before a load; and after it, when those that it did not have are dropped. */
void alert_mutes_reload(struct alerts *);
void alert_mutes_loaded(struct alerts *);
void alert_mutes_free(struct alerts *);

/* Is it muted now? */
bool alert_muted(const struct monitor *, const struct alert *);

#endif
