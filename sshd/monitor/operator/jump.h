/*
 * A jump: a direct-tcpip channel of an operator, or a visitor of the operator's
 * page, joined with one channel to a port of a device, from the request to its
 * end.
 *
 *	waiting -> joining -> open -> ending
 *	   ^----------'	(the tunnel was lost before the device answered)
 *
 * A jump waits for a forward of that port, listed or virtual; one tunnel serves
 * all jumps that wait for it (jump_join.h).  Then the device's worker gets one
 * end of a socketpair and opens a channel; when the device has confirmed that
 * channel, the operator's worker, or the page, gets the other end.  The monitor keeps a
 * duplicate, with which it ends the jump by force.
 *
 * If one worker has both connections, and the jump is no visitor's, there is no socketpair: that worker joins
 * the two channels itself and closes them upon JUMP_CLOSE; if it does not, the
 * operator's connection is ended by force (jump_check.h).
 */
#ifndef JUMP_H
#define JUMP_H

#include <stdbool.h>
#include <stdint.h>

#include <uthash.h>

#include "device.h"

#define JUMPS 256 /* of an operator's connection, and as many of its page */

struct child;
struct conn;
struct dir_device;
struct dir_forward;
struct msg_bridge;
struct tunnel;

enum jump_state { JUMP_WAITING, JUMP_JOINING, JUMP_OPEN, JUMP_ENDING };

/*
 * The process that asks for a jump, and is answered: the operator's worker for a
 * channel, or the operator's page for a visitor.
 */
struct jump_asker {
	struct conn *conn; /* the operator's */
	struct child *page; /* NULL: the worker of conn */
	uint32_t id; /* of the channel or visitor, as its process numbers them */
};

struct jump {
	uint64_t number;
	uint64_t ticket; /* of the JOIN under way: each has its own */
	enum jump_state state;
	struct jump_asker asker;
	struct dir_device *device; /* NULL: ending */
	char name[DEVICE_NAME]; /* the device's */
	uint32_t dport; /* 0: not known, by a permit */
	struct dir_forward *forward; /* NULL: by a permit */
	struct tunnel *tunnel; /* from joining on; NULL: on another node */
	uint64_t relay; /* the stream to that node, until it is joined; 0 */
	char trouble[96]; /* why the last one failed, or "" */
	int fd; /* the asker's end, or -1 */
	bool inside; /* one worker has both connections: no descriptor */
	double ended; /* when its end was requested, s */
	double asked; /* when the operator requested it, s */
	double opened; /* s */
	const char *reason; /* why the monitor ended it, or NULL */
	UT_hash_handle hh;
	struct jump *prev, *next; /* of the device */
	struct jump *cprev, *cnext; /* of the asker's connection */
};

/*
 * Make a waiting jump for the asker, in the lists of both.  The list owns it
 * until jump_fail, jump_closed or jump_gone frees it.  NULL: no memory.
 */
struct jump *jump_create(
    const struct jump_asker *, struct dir_device *, uint32_t dport);

/* The asker's jump, or NULL. */
struct jump *jump_find(const struct jump_asker *);

/* Log an event of the jump; reason may be NULL. */
void jump_log(const struct jump *, const char *event, const char *reason);

/* The device has confirmed its channel: the asker gets its end. */
void jump_open(struct jump *);

/* The tunnel of a joining jump was lost: undo the JOIN, and wait again. */
void jump_wait_again(struct jump *);

/* Refuse a jump that is not open yet, log the reason and free the jump. */
void jump_fail(struct jump *, const char *reason);

/*
 * End an open jump (reason: a string literal): it is freed when the asker
 * reports its end (jump_closed) or is gone.  A jump in any other state is left
 * alone.
 */
void jump_end(struct jump *, const char *reason);

/* The channel or visitor has ended: log what the asker reports, and free. */
void jump_closed(struct jump *, const struct msg_bridge *);

/* A visitor has left before its jump was open. */
void jump_withdraw(struct jump *);

/*
 * Refuse the asker, who has no jump: the client is shown said, the event log has
 * the reason; target is clean.
 */
void jump_refuse(const struct jump_asker *, const char *target, uint32_t port,
    const char *reason, const char *said);

/* An operator's connection ends (reason: a string literal), or is gone. */
void jump_end_all(struct conn *asker, const char *reason);
void jump_gone(struct conn *asker, const char *reason);

/*
 * A device is removed: its jumps through other nodes end, which no connection of
 * the device holds.
 */
void jump_device_gone(struct dir_device *, const char *reason);

/* The page of an operator's connection is gone: so are its visitors' jumps. */
void jump_page_gone(
    struct conn *asker, const struct child *page, const char *reason);

#endif
