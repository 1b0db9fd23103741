/*
 * A connection and what the monitor knows of it.  Its number is all that a
 * worker ever names; who it is, the monitor found out itself.
 */
#ifndef CONN_H
#define CONN_H

#include <sys/socket.h>

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

#include <uthash.h>

#include "bucket.h"
#include "key.h"
#include "lobby.h"
#include "msg.h"
#include "srclimit.h"

struct bridge;
struct child;
struct console;
struct dir_device;
struct dir_operator;
struct jump;
struct enrolment;
struct monitor;
struct source;
struct tunnel;

enum conn_state {
	CONN_KEX, /* key exchange and userauth */
	CONN_OPEN, /* logged in as a device */
	CONN_OPERATOR, /* logged in as an operator */
	CONN_ENROL, /* has a token, and is nobody yet */
	CONN_ENDING, /* nothing passes any more: see conn_end, conn_gone */
	CONN_STATES
};

/* A connection that was accepted. */
struct incoming {
	int fd;
	enum pool pool; /* of the address at which it was accepted */
	struct sockaddr_storage addr; /* the client's */
	double accepted; /* as clock_now has it */
	bool from_proxy; /* of a load balancer itself: no penalties */
};

struct conn {
	struct monitor *m;
	uint64_t number;
	enum conn_state state;
	enum pool pool; /* its worker's, too */
	int fd; /* a duplicate, to end it by force */
	struct child *worker; /* NULL: gone */
	struct source *source;
	bool from_proxy; /* of a load balancer itself */
	double accepted;
	double given; /* to the worker */
	bool held; /* counted as such, until its login or its end */
	int64_t since; /* login, us since the epoch */
	char addr[64];
	uint32_t port;
	ev_timer timer; /* login grace, then CLOSING */
	unsigned int tries; /* refused logins */
	uint8_t cookie[MSG_COOKIE]; /* what its session id is made with */
	uint8_t session[MSG_HASH]; /* id: the first hash signed */
	size_t sessionlen; /* 0: none yet */
	struct bucket rekeys; /* more of them signed */
	struct bucket asks;
	struct bucket bridge_events;
	struct bridge *bridges; /* open ones, by id */
	uint32_t bridge_id; /* of the newest */
	bool bridges_untold; /* too many for the event log: it was said */
	bool bridges_refused; /* too many at once: it was said */
	unsigned int refusals; /* told in the event log */
	bool awaited; /* an operator waits for its end */
	bool waits; /* is told what is wanted of the device */
	unsigned int pins; /* it waits, and was told of these; 0: asks not */
	double booted; /* its device, by the wait's health; 0: unknown */
	const char *reason; /* why the monitor ended it, or NULL */
	char *left; /* why it is gone, if that was not it */
	uint64_t bytes_in; /* once it is gone: the worker's word */
	uint64_t bytes_out;
	bool due; /* in monitor.ends, for ending.c to look at */
	bool gone; /* its worker has it no more */
	char *client; /* clean; NULL until a login was verified */
	struct dir_device *device; /* NULL until login, and an operator's */
	struct dir_operator *oper; /* NULL: none */
	struct enrolment *enrolment; /* NULL: no token was tried */
	uint8_t digest[KEY_DIGEST]; /* of the key it holds */
	struct tunnel *tunnels; /* a device's */
	struct jump *jumps; /* an operator's */
	struct console *consoles; /* and its commands */
	UT_hash_handle hh;
	struct conn *prev, *next; /* of those not logged in, or monitor.ends */
	struct conn *dprev, *dnext; /* of the device, or operator */
	bool unrecorded;
	struct conn *rprev, *rnext; /* of the unrecorded ones */
};

/*
 * A connection was accepted: give it to worker, which is of its pool.  Takes its
 * descriptor.  NULL: no memory, and nothing is taken.
 */
struct conn *conn_new(struct monitor *, const struct incoming *, struct source *,
    struct child *worker);

/* Send to a connection's worker; nothing is sent once it is gone. */
void conn_send(const struct conn *, const struct msg *, int fd);

/* The connection of this number (that this worker holds), or NULL. */
struct conn *conn_find(
    struct monitor *, const struct child *worker, uint64_t number);
struct conn *conn_of(struct monitor *, uint64_t number);

/*
 * The connection has logged in with this key as this device, or as this
 * operator.
 */
void conn_login(
    struct conn *, struct dir_device *, const uint8_t digest[KEY_DIGEST]);
void conn_login_operator(struct conn *, struct dir_operator *);

/*
 * The connection has a token.  To the limits it still is one that has not
 * logged in; it has CONN_ENROLS seconds.
 */
#define CONN_ENROLS 120
void conn_enrol(struct conn *);

/* Has it logged in, and is not at its end? */
bool conn_open(const struct conn *);

/*
 * End it, for a reason that is a string literal.  It is marked, its place is
 * free and it lets nobody in any more; what hangs on it ends in the loop's next
 * turn, never within this call (ending.h).  It is gone when the worker has said
 * BYE, for which that has CONN_CLOSING seconds.
 */
#define CONN_CLOSING 5
void conn_end(struct conn *, const char *reason);
/* The same at an operator's word: the change waits for it. */
void conn_end_awaited(struct conn *, const char *reason);

/* A fault of its source, before login; a load balancer has none. */
void conn_fault(struct conn *, enum srclimit_fault);

/*
 * A try to log in was refused, and logged: the last one of max-auth-tries ends
 * the connection, which is a fault of its source as if it had left.
 */
void conn_refused(struct conn *);

/*
 * The worker has the connection no more: no message finds it from here on.  It
 * is logged and freed in the loop's next turn, never within this call.
 */
void conn_gone(struct conn *, const char *reason, uint64_t in, uint64_t out);

/* Why it ends or is gone; the monitor's reason counts. */
const char *conn_reason(const struct conn *);

/* For ending.c: nothing points at it any more. */
void conn_free(struct conn *);

/*
 * The state of a connection has changed: the keeper hears of it once, in the
 * loop's turn, or before it hears of the connection's end.
 */
void conn_record(struct conn *);
void conn_send_record(struct conn *); /* if it is due */
void conn_send_records(struct monitor *); /* all that are */

/* The server's own port that it came to; 0: not known. */
uint32_t conn_here(const struct conn *);

#endif
