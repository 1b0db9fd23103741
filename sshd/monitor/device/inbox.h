/*
 * The inbox of a device: forwards that it shall open, sent as the answer to its
 * poll, or at once to a connection that waits.
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
 * Answer a poll with up to most forwards that the device shall open, which are
 * delivered by that.
 */
void inbox_answer(
    struct monitor *, struct dir_device *, size_t most, struct msg_inbox *);

/*
 * A connection of the device began to wait: send it all forwards that are not
 * open, including those sent to another.  Only the newest wait is sent any.
 */
void inbox_tell(struct monitor *, struct dir_device *);

/*
 * A waiting connection is gone: forwards delivered to it and not open are
 * queued again, for an older wait or the next poll.
 */
void inbox_wait_ended(const struct conn *);

/*
 * A forward is queued (struct wanted_watch): send it to a waiting connection.
 */
void inbox_queued(struct monitor *, struct dir_forward *);

/* A forward ends: withdraw it from a waiting connection that may have it. */
void inbox_ended(const struct dir_forward *, enum forward_state was);

/* Tell the device to close this port, if a connection of it waits. */
void inbox_tell_close(const struct dir_device *, uint32_t sport);

#endif
