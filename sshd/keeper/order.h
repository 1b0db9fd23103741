/*
 * What an operator orders by way of a console: a forward of a device.  The
 * monitor has checked that it is granted; who orders it is the monitor's word.
 */
#ifndef ORDER_H
#define ORDER_H

#include "keeper.h"

int order_take(struct keeper *);

#endif
