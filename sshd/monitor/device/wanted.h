/*
 * The state of a forward (forward.h), listed or virtual: every change is made
 * here, recorded to the keeper, and told to those that watch.  They stand above
 * this file, which calls none of them by name.
 */
#ifndef WANTED_H
#define WANTED_H

#include <stdint.h>

#include "forward.h"

struct dir_device;
struct dir_forward;
struct monitor;
struct tunnel;

/*
 * Changes of a forward and of its tunnel, for those above.  The table is set
 * once, at the start (monitor.watch).  A function of it may change other
 * forwards; its own one only as said here.
 */
struct wanted_watch {
	/* The forward is queued; once the device was told: wanted_delivered. */
	void (*queued)(struct monitor *, struct dir_forward *);
	/* The forward was not opened, or ended: what waits for it fails. */
	void (*failed)(struct dir_forward *, const char *reason);
	/* The forward ends, from this state: its tunnel is closed. */
	void (*ended)(struct monitor *, struct dir_forward *,
	    enum forward_state was, const char *reason);
	/* A tunnel is closed, its forward not yet lost by that. */
	void (*closed)(struct tunnel *);
};

/*
 * A virtual forward to this port of the device, for a jump, which has to hold
 * it.  NULL, and why: there are too many, no memory, or the device is removed.
 */
struct dir_forward *wanted_add(struct monitor *, struct dir_device *,
    uint32_t dport, const char **why);

/* A forward that the keeper told is new here: if it is queued, say so. */
void wanted_announce(struct monitor *, struct dir_forward *);

/*
 * Change the state if forward.h allows that, and tell the keeper.  One that has
 * ended is freed.
 */
void wanted_set(struct monitor *, struct dir_forward *, enum forward_state,
    const char *reason);

/* The device was told of it, once more perhaps: the time to open it begins. */
void wanted_delivered(struct monitor *, struct dir_forward *);

/*
 * The forward's tunnel was lost: it is queued again, but for a virtual one that
 * no jump holds, which is closed and freed.
 */
void wanted_lost(struct monitor *, struct dir_forward *, const char *reason);

/*
 * The device asked for it and its port cannot be bound: that is its reason until
 * it is open.  It stays delivered, so that a device that waits is not told of it
 * again before redeliver is over.
 */
void wanted_refuse(struct monitor *, struct dir_forward *, const char *why);

/* A jump wants the forward, or does not any more: a virtual one may end then. */
void wanted_hold(struct dir_forward *);
void wanted_release(struct monitor *, struct dir_forward *, const char *reason);

/*
 * End the forward and free it: as closed if it is open, else as ended says.
 * What waits for it fails, and what runs through it ends.
 */
void wanted_end(struct monitor *, struct dir_forward *,
    enum forward_state ended, const char *reason);

/* An operator closed it, or it is no longer in the store. */
void wanted_withdraw(
    struct monitor *, struct dir_forward *, const char *reason);

/* Tell a new keeper of all virtual ones. */
void wanted_record_virtual(struct monitor *);

/* Once a second: what expired, what was not opened in time. */
void wanted_tick(struct monitor *);

#endif
