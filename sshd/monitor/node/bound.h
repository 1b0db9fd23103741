/*
 * Ports of listed forwards that this node binds while their tunnel is on another
 * one: each connection goes there as a stream of its own.
 */
#ifndef BOUND_H
#define BOUND_H

#include <stdint.h>

struct dir_device;
struct dir_forward;
struct monitor;

/* A tunnel of the device was opened or closed elsewhere: bind, or close. */
void bound_check(struct monitor *, struct dir_device *, uint32_t sport);

/* The forward has ended. */
void bound_forward_ended(struct monitor *, const struct dir_forward *);

/* A tunnel is about to bind this port (struct wanted_watch). */
void bound_give_up(struct monitor *, uint32_t port);

/* Once a second: try again what could not be bound. */
void bound_tick(struct monitor *);

void bound_free_all(struct monitor *);

#endif
