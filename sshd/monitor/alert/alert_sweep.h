/*
 * The alerts' turn, every few seconds.
 */
#ifndef ALERT_SWEEP_H
#define ALERT_SWEEP_H

#include <stdbool.h>

struct monitor;

/* able: devices can log in. */
void alert_sweep(struct monitor *, bool able);

/* The keeper has sent all of its records. */
void alert_after_load(struct monitor *);

#endif
