/*
 * A jump: an operator's channel (direct-tcpip) to a port of a device, from the
 * ask to its end.
 *
 *	waiting -> joining -> open -> ending
 *	   ^----------'	(the tunnel was lost before the device answered)
 *
 * It waits for a forward of that port, real or virtual; one tunnel serves all
 * that wait for it.  Then the device's worker gets one end of a socketpair and
 * opens a channel; when the device has taken that, the operator's worker gets
 * the other end.  The monitor keeps a duplicate, to end it by force.
 *
 * If both connections are of one worker there is no socketpair: that worker
 * joins the two channels itself, and ends them when it is told to; if it does
 * not, the operator's connection is ended by force.
 */
#ifndef JUMP_H
#define JUMP_H

#include <stdbool.h>
#include <stdint.h>

#include <uthash.h>

#include "device.h"

#define JUMPS 256 /* of an operator's connection */

struct conn;
struct dir_device;
struct dir_forward;
struct monitor;
struct msg_bridge;
struct tunnel;

enum jump_state { JUMP_WAITING, JUMP_JOINING, JUMP_OPEN, JUMP_ENDING };

struct jump {
	uint64_t number;
	uint64_t ticket; /* of the JOIN under way: each has its own */
	enum jump_state state;
	struct conn *asker; /* the operator's */
	uint32_t id; /* its worker's, of the channel */
	struct dir_device *device; /* NULL: ending */
	char name[DEVICE_NAME]; /* the device's */
	uint32_t dport; /* 0: not known, by a permit */
	struct dir_forward *forward; /* NULL: by a permit */
	struct tunnel *tunnel; /* from joining on */
	int fd; /* the operator's end, or -1 */
	bool inside; /* one worker, and no descriptor */
	double ended; /* when it was told so */
	double asked;
	double opened;
	const char *reason; /* why the monitor ended it, or NULL */
	UT_hash_handle hh;
	struct jump *prev, *next; /* of the device */
	struct jump *cprev, *cnext; /* of the asker */
};

/*
 * Begin one, for the asker's channel id: through this tunnel, or else to the
 * port of the device, when and as soon as that is open.  Returns NULL, or why
 * not; then nothing was done.
 */
const char *jump_new(struct conn *asker, uint32_t id, struct dir_device *,
    uint32_t dport, struct tunnel *);

/*
 * Refuse the asker's channel: tell its worker what is to be said of it, and log
 * the reason; target is clean.
 */
void jump_refuse(struct conn *asker, uint32_t id, const char *target,
    uint32_t port, const char *reason, const char *said);

/* The asker's jump of that channel, or NULL. */
struct jump *jump_find(const struct conn *asker, uint32_t id);

/*
 * A device's connection has answered JOIN (enum msg_join_result).  NULL, or
 * what is wrong with it.
 */
const char *jump_joined(
    struct conn *device, uint64_t ticket, uint32_t result);

/* The operator's channel has ended; its worker says how it was. */
void jump_closed(struct jump *, const struct msg_bridge *);

/* A tunnel has opened: what waits for its forward goes through it. */
void jump_tunnel_opened(struct tunnel *);

/*
 * A tunnel is closed (struct wanted_watch): what runs through it ends, and what
 * the device had not yet answered waits again.
 */
void jump_tunnel_closed(struct tunnel *);

/*
 * A forward has ended, or was not opened in time (the same): what waits for it
 * fails.
 */
void jump_forward_failed(struct dir_forward *, const char *reason);

/* An operator's connection ends (reason: a string literal), or is gone. */
void jump_end_all(struct conn *asker, const char *reason);
void jump_gone(struct conn *asker, const char *reason);

/* Ends jumps that are no longer granted. */
void jump_check(struct monitor *);

/* Once a second: what has waited for too long. */
void jump_tick(struct monitor *);

#endif
