/*
 * A connection as the monitor knows it.  A worker refers to it by its number
 * alone; the monitor itself verified which device or operator it is.
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
struct page;
struct visitor;
struct monitor;
struct source;
struct tunnel;

enum conn_state {
	CONN_KEX, /* key exchange and userauth */
	CONN_OPEN, /* logged in as a device */
	CONN_OPERATOR, /* logged in as an operator */
	CONN_ENROL, /* a token was accepted; no device yet */
	CONN_ENDING, /* accepts no request: see conn_end, conn_gone */
	CONN_STATES
};

/* A connection that was accepted and is in no worker yet. */
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
	double given; /* to the worker, s */
	bool has_slot; /* counts in lobby.slots */
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
	bool bridges_untold; /* "too many to log each" was logged */
	bool bridges_refused; /* "too many at once" was logged */
	unsigned int refusals; /* of its requests, logged */
	bool awaited; /* an operator waits for its end */
	bool waits; /* "wait 1": is sent each change of the inbox */
	unsigned int pins; /* generation it was sent, if it waits; 0: none */
	double booted; /* the device's start, by its health, s; 0: unknown */
	const char *reason; /* why the monitor ended it, or NULL */
	char *left; /* the worker's reason, if reason is NULL */
	uint64_t bytes_in; /* once gone, as the worker reports */
	uint64_t bytes_out;
	bool due; /* in monitor.ends, for ending.c */
	bool gone; /* closed by its worker */
	char *client; /* clean; NULL until a login was verified */
	struct dir_device *device; /* NULL until login, and an operator's */
	struct dir_operator *oper; /* NULL: none */
	struct enrolment *enrolment; /* NULL: no token was tried */
	uint8_t digest[KEY_DIGEST]; /* of the key it holds */
	struct tunnel *tunnels; /* a device's */
	struct jump *jumps; /* an operator's */
	struct console *consoles; /* and its commands */
	struct page *page; /* and its page; NULL: none, or one that ends */
	char *page_key; /* of its acts; NULL: nobody has asked for it */
	struct visitor *visitors; /* of its pages */
	UT_hash_handle hh;
	struct conn *prev, *next; /* of those not logged in, or monitor.ends */
	struct conn *dprev, *dnext; /* of the device, or operator */
	bool unrecorded;
	struct conn *rprev, *rnext; /* of the unrecorded ones */
};

/*
 * Make a connection of incoming and send it to worker, which is of its pool.
 * Takes incoming's descriptor.  NULL: no memory; nothing is taken.
 */
struct conn *conn_new(struct monitor *, const struct incoming *,
    struct source *, struct child *worker);

/* Send to the worker, if the connection is not gone; fd stays the caller's. */
void conn_send(const struct conn *, const struct msg *, int fd);

/* The connection of this number (that this worker holds), or NULL. */
struct conn *conn_find(
    struct monitor *, const struct child *worker, uint64_t number);
struct conn *conn_of(struct monitor *, uint64_t number);

/* The connection has logged in as this device, with this key; as operator. */
void conn_login(
    struct conn *, struct dir_device *, const uint8_t digest[KEY_DIGEST]);
void conn_login_operator(struct conn *, struct dir_operator *);

/*
 * A token of the connection was accepted.  It has CONN_ENROLS seconds to
 * register; until then all limits count it as unauthenticated.
 */
#define CONN_ENROLS 120
void conn_enrol(struct conn *);

/* Is the connection logged in, and not ending? */
bool conn_open(const struct conn *);

/*
 * End the connection; reason is a string literal.  This call marks it and
 * frees its slot, and no request or login of it is accepted any more; tunnels,
 * jumps and commands end in the loop's next turn, never within this call
 * (ending.h).  It is gone when the worker says BYE, which must come within
 * CONN_CLOSING seconds.
 */
#define CONN_CLOSING 5
void conn_end(struct conn *, const char *reason);
/* The same for a change of et-admin, which waits until it is gone. */
void conn_end_awaited(struct conn *, const char *reason);

/* Count a fault at its source, before login; never at a load balancer. */
void conn_fault(struct conn *, enum srclimit_fault);

/*
 * A login attempt was refused, and logged.  The last of max-auth-tries ends the
 * connection, and counts as a fault of its source.
 */
void conn_refused(struct conn *, const char *reason);

/*
 * The worker has closed the connection: no message refers to it from here on.
 * It is logged and freed in the loop's next turn, never within this call.
 */
void conn_gone(struct conn *, const char *reason, uint64_t in, uint64_t out);

/* Why the connection ended: the monitor's reason, or else the worker's. */
const char *conn_reason(const struct conn *);

/* For ending.c, when nothing points at the connection any more. */
void conn_free(struct conn *);

/*
 * The session or its ports have changed: one record is sent to the keeper, in
 * the loop's turn or before the end of the session.
 */
void conn_record(struct conn *);
void conn_send_record(struct conn *); /* if it has changed */
void conn_send_records(struct monitor *); /* all that have */

/* The server's port to which the client connected; 0: not known. */
uint32_t conn_here(const struct conn *);

#endif
