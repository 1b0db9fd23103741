/*
 * Devices whose alerts open too often: what a device tells of itself, or who
 * logs in under its name, may change with each poll.
 */
#ifndef ALERT_OFTEN_H
#define ALERT_OFTEN_H

#include <stdbool.h>
#include <stdint.h>

struct alerts;

#define ALERT_OFTEN 6 /* alerts of one device in a row */
#define ALERT_OFTEN_RATE (1.0 / 600) /* a second after that */

/* Take one alert of the device; false: it has had too many, or no memory. */
bool alert_often_take(struct alerts *, int64_t device);

/* Forget the devices that have had none for long; all of them. */
void alert_often_sweep(struct alerts *);
void alert_often_free(struct alerts *);

#endif
