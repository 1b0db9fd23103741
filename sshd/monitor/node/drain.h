/*
 * A node that an admin drains: its addresses are closed, so that a load balancer
 * leaves it; devices that wait and connections that carry nothing end, and come
 * again elsewhere.  Jumps, commands and connections to forwards go on for
 * drain-time at most; then the server stops, with exit status 0.
 */
#ifndef DRAIN_H
#define DRAIN_H

#include <stdbool.h>

struct monitor;

/* Begin, or take it back. */
void drain_set(struct monitor *, bool on);

/* Once a second.  True: the server has nothing left to do. */
bool drain_tick(struct monitor *);

#endif
