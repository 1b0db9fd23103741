/*
 * When a device is gone: as many polls are missing as alert-after says, by the
 * rhythm that the device is known to have.
 */
#ifndef ALERT_RHYTHM_H
#define ALERT_RHYTHM_H

#include <stdint.h>

struct conf;
struct dir_device;

/*
 * Seconds between its polls: as measured, but no less than planned, nor than
 * it was last told (next=).
 */
uint32_t alert_every(const struct dir_device *);

/* Seconds without a poll after which it is gone. */
double alert_limit(const struct conf *, const struct dir_device *);

/* Seconds for which its alert is held back at most, until it is known whether
 * others of its site are gone. */
double alert_hold(const struct dir_device *);

#endif
