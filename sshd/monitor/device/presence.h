/*
 * Heartbeats, and which devices are online, late or offline.
 */
#ifndef PRESENCE_H
#define PRESENCE_H

#include <stdint.h>

struct conn;
struct monitor;
struct msg_poll;

/* A device polled or began to wait: note it, log it, tell the keeper. */
void presence_heartbeat(struct conn *, const struct msg_poll *);

/* A wait is over: the device was there until now, us since the epoch. */
int64_t presence_wait_ended(const struct conn *);

/* Every so often: who has missed polls. */
void presence_sweep(struct monitor *);

#endif
