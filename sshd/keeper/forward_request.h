/*
 * What an operator orders by way of a console: a forward of a device.  The
 * monitor has checked that it is granted; who orders it is the monitor's word.
 */
#ifndef FORWARD_REQUEST_H
#define FORWARD_REQUEST_H

#include "keeper.h"

int forward_request_take(struct keeper *);

#endif
