/*
 * What the server wants of a device: forwards, and their states (forward.h).
 */
#ifndef INBOX_H
#define INBOX_H

#include <stddef.h>
#include <stdint.h>

#include "forward.h"

struct conn;
struct dir_device;
struct dir_forward;
struct monitor;
struct msg_inbox;

/*
 * Answer a poll: at most most forwards that the device shall open now.  They
 * count as delivered from here on.
 */
void inbox_answer(
    struct monitor *, struct dir_device *, size_t most, struct msg_inbox *);

/*
 * A connection of the device waits: tell it all that is not open, also what
 * another one was told.  The newest that waits is the one that is told.
 */
void inbox_tell(struct monitor *, struct dir_device *);

/*
 * That connection is gone: what it was told and has not opened is queued, for
 * an older one that waits or for the next.
 */
void inbox_wait_ended(struct monitor *, const struct conn *);

/* A forward is new to this server: if a connection waits, tell it. */
void inbox_new(struct monitor *, struct dir_forward *);

/* The device shall close this port, if a connection waits. */
void inbox_tell_close(const struct dir_device *, uint32_t sport);

/* Change a forward's state and tell the keeper; one that ended is dropped. */
void inbox_set(struct monitor *, struct dir_forward *, enum forward_state,
    const char *reason);

/*
 * The device asked for it and its port cannot be bound: that is its reason until
 * it is open.  It stays delivered, so that a device that waits is not told of it
 * again before redeliver is over.
 */
void inbox_refuse(struct monitor *, struct dir_forward *, const char *why);

/*
 * A wish of a jump: a virtual forward to this port of the device.  NULL, and
 * why: there are too many, or no memory.  The jump has to count itself.
 */
struct dir_forward *inbox_wish(struct monitor *, struct dir_device *,
    uint32_t dport, const char **why);
/* Tell the keeper anew of all of them. */
void inbox_record_wishes(struct monitor *);

/*
 * End it: as closed if it is open, else as ended says.  What waits for it
 * fails, and what runs through it ends.
 */
void inbox_end(struct monitor *, struct dir_forward *,
    enum forward_state ended, const char *reason);

/* An operator closed it, or it is no longer in the store. */
void inbox_withdraw(struct monitor *, struct dir_forward *, const char *reason);

/* Once a second: what expired, what was not opened in time. */
void inbox_tick(struct monitor *);

#endif
