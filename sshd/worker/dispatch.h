/*
 * The messages of the monitor (msg.h), and the table of the modules that take
 * them.
 */
#ifndef DISPATCH_H
#define DISPATCH_H

struct worker;

/*
 * Take the messages that have come, a bounded number.  Stops the worker when
 * the monitor is gone or sends a message that it must not send.
 */
void dispatch_receive(struct worker *);

#endif
