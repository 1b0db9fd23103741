/*
 * Heartbeats, and which devices are online, late or offline.
 */
#ifndef PRESENCE_H
#define PRESENCE_H

struct conn;
struct monitor;
struct msg_poll;

/* A device polled: note it, log it, tell the keeper. */
void presence_heartbeat(struct conn *, const struct msg_poll *);

/* Every so often: who has missed polls. */
void presence_sweep(struct monitor *);

#endif
