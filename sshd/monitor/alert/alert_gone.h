/*
 * Devices that are gone.  Presence tells of polls; the sweep finds who is
 * missing.  Time in which no device could log in counts for none.
 */
#ifndef ALERT_GONE_H
#define ALERT_GONE_H

#include <stdbool.h>

struct dir_device;
struct monitor;

/*
 * The device polled or began to wait; health as it was checked, or NULL: another
 * node saw it.
 */
void alert_seen(struct monitor *, struct dir_device *, const char *health);

/* The device was disabled or removed: it is not missed any more. */
void alert_device_off(struct monitor *, struct dir_device *);

/* Every few seconds; able: devices can log in. */
void alert_gone_sweep(struct monitor *, bool able);

/* After the first load, before the first sweep. */
void alert_gone_restore(struct monitor *);

#endif
