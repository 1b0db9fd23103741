/* Tickets: each allows one stream from a node to another. */
#ifndef TICKETS_H
#define TICKETS_H

#include "keeper.h"

/* Write the ticket k->in at once, and answer. */
int	 tickets_take(struct keeper *);
/* A change: there is a ticket, which tickets_read has to read later. */
enum store_result tickets_change(struct keeper *, const struct change *);
/* Send the tickets for this node; outside of any group. */
enum store_result tickets_read(struct keeper *);

#endif
