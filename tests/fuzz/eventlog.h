/*
 * An event log in a file that has no name any more, and what must hold of it.
 */
#ifndef EVENTLOG_H
#define EVENTLOG_H

#include "event.h"

struct eventlog *eventlog_open(void);

/*
 * Each line is one JSON object of printable ASCII with ts, event and node, and
 * no event was dropped.  Empties the log; returns how many there were.
 */
unsigned int eventlog_check(struct eventlog *);

#endif
