/*
 * The two clocks of the processes: one for spans, one for dates.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/*
 * Seconds of CLOCK_MONOTONIC, for spans and limits. libev's ev_now follows the
 * wall clock when that is set; CLOCK_MONOTONIC does not.
 */
double clock_now(void);

/* Microseconds since the epoch, by the wall clock. */
int64_t clock_wall(void);

#endif
