/*
 * What the server wants of a device: forwards, and their states (forward.h).
 */
#ifndef INBOX_H
#define INBOX_H

#include <stddef.h>

#include "forward.h"

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

/* Change a forward's state and tell the keeper; one that ended is dropped. */
void inbox_set(struct monitor *, struct dir_forward *, enum forward_state,
    const char *reason);

/* An operator closed it, or it is no longer in the store. */
void inbox_withdraw(struct monitor *, struct dir_forward *, const char *reason);

/* Once a second: what expired, what was not opened in time. */
void inbox_tick(struct monitor *);

#endif
