/*
 * The monitor's messages.
 */
#ifndef HEAR_H
#define HEAR_H

struct link;

/* Before the loop: wait for LINK_SETUP.  NULL, or what came instead. */
const char *hear_setup(struct link *);

/* Take what has come; the link ends when the monitor is gone. */
void hear_messages(struct link *);

#endif
