/*
 * Messages from a page to the monitor, over MSG_FD.  The page ends when the
 * monitor is gone.
 */
#ifndef TALK_H
#define TALK_H

#include "msg.h"

struct page;

/* Before the loop runs: receive the next message, which must be of this type. */
void talk_await(enum msg_type, struct msg *);

/* Start the queue.  Returns 0, or -1 without memory. */
int talk_start(struct page *);

/* Send a message, as soon as the monitor takes it. */
void talk_say(struct page *, const struct msg *);

/* End at once: the monitor is gone, or has said what it never says. */
void talk_leave(void) __attribute__((noreturn));

#endif
