/*
 * Duplicate keys: one key used by two machines, by a copied flash image or a
 * stolen key.
 *
 * Two machines are told apart by their start times, from the health field "up":
 * the start time of one machine only increases, so an earlier one that returns
 * is another machine.  Without that field, alternating addresses have to do; a
 * device with two uplinks has these too, a device that moves from one network
 * to another does not.  Two live connections from two addresses are two
 * machines.
 */
#ifndef SIGHTINGS_H
#define SIGHTINGS_H

#include <stdint.h>

struct conn;
struct dir_device;

/* A device polled or began to wait; up: s since its start, -1: not sent. */
void sightings_note(struct conn *, int64_t up);

/* Every few seconds: compare the device's open connections. */
void sightings_sweep(struct dir_device *);

#endif
