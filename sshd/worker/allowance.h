/* The number of packets that a client may send. */
#ifndef ALLOWANCE_H
#define ALLOWANCE_H

#include <stdbool.h>

#define ALLOWANCE_START 256.0 /* packets of a new connection, at once */

struct session;

/*
 * Pay for the packets that came since the last call, other than channel data:
 * a burst of 256, 16 a second.  What the peer must send on our account
 * (window adjustments, the opening and closing of channels that we open) is
 * earned: one a KiB sent, and allowance_earn.  False: the connection is to end.
 */
bool allowance_pay(struct session *);
void allowance_earn(struct session *, unsigned int packets);

#endif
