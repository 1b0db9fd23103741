/* Sends messages to the monitor. */
#ifndef SEND_H
#define SEND_H

#include "keeper.h"

/*
 * Send one message, and wait while the monitor is slow.  Returns 0, or -1: the
 * monitor is gone, and the loop will end.
 */
int	 send_message(struct keeper *, const struct msg *);

/*
 * Send one record, together with others of its type once there are enough of
 * them, or before any other message.  Returns as send_message does.
 */
int	 send_device(struct keeper *, const struct msg_device *);
int	 send_key(struct keeper *, const struct msg_key_of *);
/* The same of SEEN; arg is the keeper. */
int	 send_seen(void *arg, int64_t device, int64_t at);
/* Send the records that wait for others. */
int	 send_rest(struct keeper *);

#endif
