/*
 * The process that keeps the queue: it follows the stream, hands each alert to
 * the couriers of the receivers that want it, and saves what they have not
 * delivered together with its place in the stream.
 */
#ifndef NOTIFY_H
#define NOTIFY_H

#include "conf.h"

/*
 * Run until SIGTERM or SIGINT.  Returns the exit status; what is wrong has been
 * said.
 */
int	notify_run(const struct conf *);

#endif
