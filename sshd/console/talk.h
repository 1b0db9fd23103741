/*
 * Messages between a console and the monitor, over MSG_FD.  Each call waits for
 * the monitor; when it is gone, so is the console.
 */
#ifndef TALK_H
#define TALK_H

#include "admin.h"
#include "msg.h"

/* The next message, which must be of this type; fd as in msg_recv. */
void	talk_hear(enum msg_type, struct msg *, int *fd);

void	talk_say(const struct msg *);

/* For an operator, who may write no store: asks the monitor instead. */
extern const struct desk talk_desk;

#endif
