/*
 * FORWARD_REQUEST: an operator opens or closes a forward through a console.
 * The monitor has checked that the operator may, and names the operator.
 */
#ifndef FORWARD_REQUEST_H
#define FORWARD_REQUEST_H

#include "keeper.h"

/* Write the forward, and answer FORWARD_RESULT. */
int	 forward_request_take(struct keeper *);

#endif
