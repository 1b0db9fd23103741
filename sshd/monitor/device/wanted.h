/*
 * The state of a forward (forward.h), listed or virtual: every change is made
 * here, recorded to the keeper, and reported to the modules above by a table of
 * callbacks (struct wanted_watch).
 */
#ifndef WANTED_H
#define WANTED_H

#include <stdbool.h>
#include <stdint.h>

#include "forward.h"

struct dir_device;
struct dir_forward;
struct monitor;
struct tunnel;

/*
 * Callbacks for changes of a forward and its tunnel.  The table is set once, at
 * the start (monitor.watch).  A callback may change other forwards; the one it
 * was called for only as said here.
 */
struct wanted_watch {
	/* The forward is queued; once it is sent: wanted_delivered. */
	void (*queued)(struct monitor *, struct dir_forward *);
	/* The forward was not opened, or ended: jumps that wait fail. */
	void (*failed)(struct dir_forward *, const char *reason);
	/* The forward ends from this state: close its tunnel. */
	void (*ended)(struct monitor *, struct dir_forward *,
	    enum forward_state was, const char *reason);
	/* A tunnel closes, before its forward is lost. */
	void (*closed)(struct tunnel *);
	/* A tunnel is about to bind this port: no other listener may have it. */
	void (*binds)(struct monitor *, uint32_t port);
};

/*
 * Add a virtual forward to this port of the device, which the caller must hold;
 * it is open if the device has that tunnel on another node.
 * NULL and why: too many, no memory, or the device is removed.
 */
struct dir_forward *wanted_add(struct monitor *, struct dir_device *,
    uint32_t dport, const char **why);

/* The keeper sent a new forward: if it is queued, call the watch. */
void wanted_announce(struct monitor *, struct dir_forward *);

/*
 * Change the state if forward.h allows that, and record it to the keeper.  A
 * forward that has ended is freed.
 */
void wanted_set(struct monitor *, struct dir_forward *, enum forward_state,
    const char *reason);

/* The forward was sent to the device: it shall open within redeliver. */
void wanted_delivered(struct monitor *, struct dir_forward *);

/*
 * The forward's tunnel was lost: it is queued again, but for a virtual one that
 * no jump holds, which is closed and freed.
 */
void wanted_lost(struct monitor *, struct dir_forward *, const char *reason);

/*
 * The device requested the forward, but its port cannot be bound: keep the
 * reason until it opens.  It stays delivered, so that a waiting device is not
 * sent it again within redeliver.
 */
void wanted_refuse(struct monitor *, struct dir_forward *, const char *why);

/* A jump uses the forward; no longer uses it: a virtual one may end then. */
void wanted_hold(struct monitor *, struct dir_forward *);
void wanted_release(struct monitor *, struct dir_forward *, const char *reason);

/*
 * The same for what is no jump of this node: another node's wish, its jump, a
 * tunnel that is being opened.  In a store of several nodes the keeper is told of
 * a virtual forward only while jumps of this node hold it, as all nodes act on
 * that.
 */
void wanted_keep(struct dir_forward *);
void wanted_let_go(struct monitor *, struct dir_forward *, const char *reason);

/*
 * A tunnel of the forward is open on another node: it counts as open, and is not
 * sent to the device.  No longer: it is queued again.  A virtual one that nothing
 * holds is freed by either.  Neither is recorded, as that node does, but for the
 * end upon its death (record).
 */
void wanted_elsewhere(struct monitor *, struct dir_forward *);
void wanted_not_elsewhere(
    struct monitor *, struct dir_forward *, bool record);

/* Its tunnel opens on this node: wanted_set says so afterwards. */
void wanted_here(struct dir_forward *);

/*
 * End the forward and free it: as closed if it is open, else as ended.  Jumps
 * that wait for it fail, its tunnel and channels end.
 */
void wanted_end(struct monitor *, struct dir_forward *,
    enum forward_state ended, const char *reason);

/* An operator closed the forward, or it was removed from the store. */
void wanted_withdraw(
    struct monitor *, struct dir_forward *, const char *reason);

/* Record all virtual forwards to a new keeper. */
void wanted_record_virtual(struct monitor *);

/* Once a second: forwards that expired or were not opened in time. */
void wanted_tick(struct monitor *);

#endif
