/*
 * One node of a shared store leads: it alone tells which devices are gone, and
 * alerts.  It is the one whose connection to the store has the lock.
 */
#ifndef LEAD_H
#define LEAD_H

#include "keeper.h"

/*
 * Each second: try to lead, and tell the monitor of a change; the one that leads
 * is told every 5 s when devices were last seen by others.
 */
enum store_result lead_look(struct keeper *);
/* The store does not answer: another node may lead by now. */
void	 lead_lost(struct keeper *);

#endif
