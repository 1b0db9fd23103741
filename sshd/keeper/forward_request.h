/*
 * FORWARD_REQUEST: an operator opens or closes a forward by way of a console.
 * The monitor has checked that it is granted, and names the operator.
 */
#ifndef FORWARD_REQUEST_H
#define FORWARD_REQUEST_H

#include "keeper.h"

/* Write it, and answer FORWARD_RESULT. */
int	 forward_request_take(struct keeper *);

#endif
