/*
 * Messages between a console and the monitor, over MSG_FD. Each call waits for
 * the monitor; the console ends when the monitor is gone.
 */
#ifndef TALK_H
#define TALK_H

#include "admin.h"
#include "msg.h"

/* Receive the next message, which must be of this type; fd as in msg_recv. */
void	talk_hear(enum msg_type, struct msg *, int *fd);

void	talk_say(const struct msg *);

/*
 * The requests of an operator, who may not write the store: the monitor is
 * asked instead.
 */
extern const struct desk talk_desk;

/* The key of the acts of the operator's connection. */
enum admin_exit talk_page_key(char key[ACT_KEY]);

struct paste;

/* The paste function of struct admin. */
enum admin_exit talk_paste(struct paste *, char installer[INSTALLER_HEX]);

#endif
