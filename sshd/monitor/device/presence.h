/*
 * Heartbeats, and which devices are online, late or offline.
 */
#ifndef PRESENCE_H
#define PRESENCE_H

#include <stdbool.h>
#include <stdint.h>

struct conn;
struct dir_device;
struct monitor;
struct msg_poll;

/* A device polled or began to wait: log it, and record it to the keeper. */
void presence_heartbeat(struct conn *, const struct msg_poll *);

/*
 * Another node saw the device then, us since the epoch: for the one node that
 * tells presence.
 */
void presence_seen(struct monitor *, struct dir_device *, int64_t at);

/* A wait has ended.  Returns when the device was last seen, us since 1970. */
int64_t presence_wait_ended(const struct conn *);

/*
 * Every few seconds: find devices that have missed polls.  Of several nodes, one
 * alone tells of them, and it waits until it has heard what the others saw.
 */
void presence_sweep(struct monitor *);

/*
 * Does this node tell which devices are late, offline or gone?  One that leads
 * does, once it has led for so many seconds.
 */
#define PRESENCE_SETTLES 12.0
bool presence_judges(struct monitor *);

#endif
