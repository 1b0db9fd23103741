/*
 * The monitor's messages (msg.h), each handed to the module that it is for.
 */
#ifndef DISPATCH_H
#define DISPATCH_H

struct worker;

/*
 * Take the messages that are there, a bounded number.  Stops the worker when
 * the monitor is gone or sends what it must not.
 */
void dispatch_receive(struct worker *);

#endif
