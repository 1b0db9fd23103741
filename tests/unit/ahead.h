/*
 * A clock that a test sets ahead: in a program that is linked with it,
 * CLOCK_MONOTONIC shows so many seconds more.
 */
#ifndef AHEAD_H
#define AHEAD_H

extern double ahead; /* s */

#endif
