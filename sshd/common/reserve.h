/*
 * Memory for libev that does not run out.
 *
 * libev keeps arrays of the descriptors and timers that it watches and calls
 * abort(3) when one cannot grow (ev_set_allocator in ev(3)).  With this each
 * has, from the beginning, the address space for as many as there can be
 * (RLIMIT_NOFILE); the kernel gives memory to what of it is used.
 */
#ifndef RESERVE_H
#define RESERVE_H

/* Install the allocator.  Called before the first loop is made. */
void reserve_start(void);

#endif
