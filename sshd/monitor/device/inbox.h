/*
 * How a device is told what the server wants of it: at its poll, or at once if
 * a connection of it waits.
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
 * A waiting connection is gone: what it was told and has not opened is queued,
 * for an older one that waits or for the next.
 */
void inbox_wait_ended(const struct conn *);

/* A forward is queued (struct wanted_watch): if a connection waits, tell it. */
void inbox_queued(struct monitor *, struct dir_forward *);

/* A forward ends: if a connection waits that may know of it, tell it. */
void inbox_ended(const struct dir_forward *, enum forward_state was);

/* The device shall close this port, if a connection waits. */
void inbox_tell_close(const struct dir_device *, uint32_t sport);

#endif
