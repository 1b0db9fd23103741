/*
 * Detects a key used at two places at once: a copied flash image, or a stolen
 * key.
 *
 * What tells two machines apart is when each was started, as their health says
 * ("up"): a start that was left for another and comes back is another machine,
 * since one machine's starts only move on.  Where that is not said, addresses
 * in turn have to do, which a device with two uplinks has as well; a device
 * that moves from one network to another does not.  And two connections that
 * are held, and live, from two addresses are two.
 */
#ifndef SIGHTINGS_H
#define SIGHTINGS_H

#include <stdint.h>

struct conn;
struct dir_device;

/* A device polled or began to wait; it has been up for so many s; -1: unsaid. */
void sightings_note(struct conn *, int64_t up);

/* Every so often: the connections that it holds. */
void sightings_sweep(struct dir_device *);

#endif
