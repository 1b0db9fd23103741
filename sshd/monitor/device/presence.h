/*
 * Heartbeats, and which devices are online, late or offline.
 */
#ifndef PRESENCE_H
#define PRESENCE_H

#include <stdint.h>

struct conn;
struct monitor;
struct msg_poll;

/* A device polled or began to wait: log it, and record it to the keeper. */
void presence_heartbeat(struct conn *, const struct msg_poll *);

/* A wait has ended.  Returns when the device was last seen, us since 1970. */
int64_t presence_wait_ended(const struct conn *);

/* Every few seconds: find devices that have missed polls. */
void presence_sweep(struct monitor *);

#endif
