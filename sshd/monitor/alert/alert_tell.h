/*
 * What is told of alerts: lines of the stream (the option alert-log), and the
 * events alert.open and alert.close.  An alert is told once it is neither muted
 * nor a warning in quiet hours; one that has ended by then is not told at all.
 */
#ifndef ALERT_TELL_H
#define ALERT_TELL_H

#include <stdint.h>

struct alert;
struct monitor;

/* Tell its open or its close, if that is due. */
void alert_tell(struct monitor *, struct alert *);

/* The same for all alerts: mutes and quiet hours end, and files can be written
 * again. */
void alert_tell_all(struct monitor *);

/* The events. */
void alert_log_open(struct monitor *, const struct alert *);
void alert_log_close(struct monitor *, const struct alert *);

/* Open the stream anew, after a rotation.  -1: see errno; the old one stays. */
int alert_reopen(struct monitor *);

#endif
