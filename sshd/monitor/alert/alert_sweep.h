/*
 * The alerts: their start, their turn every few seconds, their end.
 */
#ifndef ALERT_SWEEP_H
#define ALERT_SWEEP_H

#include <stdbool.h>

struct alerts;
struct monitor;

/* path: the stream, appended to, or "" for none.  NULL: see errno. */
struct alerts *alerts_new(const char *path);
void alerts_free(struct alerts *);

/* A keeper starts; it has sent all of its records. */
void alert_before_load(struct monitor *);
void alert_after_load(struct monitor *);

/* able: devices can log in. */
void alert_sweep(struct monitor *, bool able);

/*
 * This node tells alerts from now on, of several: those that another one has told
 * are learnt anew, and adopted by the next sweep.
 */
void alert_take_over(struct monitor *);

#endif
