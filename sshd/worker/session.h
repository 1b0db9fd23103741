/*
 * An SSH connection: the server side of RFC 4253, driven by the loop. libssh
 * has the protocol; nothing here blocks on the peer.  All work is done in the
 * session's turn (serve.h), after libssh has returned: its callbacks only move
 * bytes and set flags.  Nothing is freed but in a turn of its own session.
 */
#ifndef SESSION_H
#define SESSION_H

#include <ev.h>
#include <libssh/libssh.h>
#include <stdbool.h>
#include <stdint.h>
#include <uthash.h>

#include "msg.h"

struct bridge;
struct command;
struct enrol;
struct exec;
struct forward;
struct global;
struct jump;
struct token_line;
struct worker;

enum session_state {
	SESSION_KEX, /* version strings and key exchange */
	SESSION_AUTH, /* RFC 4252 */
	SESSION_OPEN, /* RFC 4254 */
	SESSION_ENDING, /* the session is marked, and ends in its turn */
	SESSION_CLOSING /* queued packets may still be sent, then BYE */
};

/* The kind of login that waits for the monitor's verdict. */
enum session_login {
	LOGIN_OFFER, /* a key is offered */
	LOGIN_KEY, /* libssh has verified a login with the key */
	LOGIN_TOKEN, /* a password of the user enroll */
	LOGIN_NONE /* another method of that user: may it try a password? */
};

struct session {
	UT_hash_handle hh;
	uint64_t number; /* the monitor's number of the connection */
	struct worker *worker;
	ssh_session ssh;
	int fd; /* the client's socket; libssh has a duplicate */
	enum session_state state;
	enum msg_role role; /* the client's role, in SESSION_OPEN */
	ev_io io;
	ev_timer timer; /* waits for the events that serve.c needs */
	enum {
		TIMER_NONE,
		TIMER_IDLE,
		TIMER_UNASKED,
		TIMER_KEEPALIVE,
		TIMER_CLOSING,
		TIMER_CLOSED /* TIMER_CLOSING has run out */
	} timing;
	unsigned int missed; /* keepalives that were not answered */
	uint64_t heard; /* wire.in_bytes when the last one was sent */
	double held; /* when libssh began to hold packets back, s; or 0 */
	uint64_t held_packets; /* payload.out_packets then */
	struct ssh_counter_struct wire;
	struct ssh_counter_struct payload;
	uint64_t data_packets; /* packets of CHANNEL_DATA received */
	uint64_t drained; /* in_packets when the queue was empty */
	uint64_t charged; /* packets that were charged */
	uint64_t earned; /* wire.out_bytes that earned packets */
	double tokens;
	double refilled;
	ssh_message login; /* the request that waits for the verdict */
	enum session_login login_kind;
	struct exec *execs; /* session channels of a device */
	struct command *commands; /* session channels of an operator */
	struct exec *wait; /* the one of execs that waits, or NULL */
	char *hints; /* lines for the next answer to a poll, or NULL */
	struct enrol *enrol; /* of the user enroll with a key; or NULL */
	struct token_line *token_line; /* enrol.c's state, or NULL */
	struct forward *forwards; /* forwards that were granted */
	struct bridge *bridges; /* channels that are joined with a stream */
	struct global *globals; /* global requests, oldest first */
	struct jump *jumps; /* an operator's, not yet answered */
	uint32_t channels; /* execs, commands, jumps and bridges */
	uint32_t last_id; /* the number of the last jump or command */
	struct session *due_prev, *due_next; /* in w->due; NULL: not due */
	uint64_t asked; /* POLLs and other asks so far, in order */
	uint32_t opened; /* session channels opened so far */
	uint32_t refused; /* the kinds that were logged, as bits */
	char reason[MSG_TEXT]; /* why the session ends */
};

struct session *session_find(struct worker *, uint64_t number);

/*
 * Let hostkey.c and signature.c, whose calls by libssh carry no session, work
 * for this one.  Every way from the loop into libssh begins with this call.
 */
void session_set_current(const struct session *);

/*
 * Mark the session as due: it gets a turn before the loop waits again.  May be
 * called from anywhere.
 */
void session_due(struct session *);
void session_not_due(struct session *);

/*
 * Mark the session as ending: it is torn down in its next turn, or in the turn
 * that it has now (ending.h).  The first reason given is the one told.
 */
void session_end(struct session *, const char *reason);
bool session_is_ending(const struct session *);

/* Whether libssh holds packets that the socket did not take. */
bool session_congested(const struct session *);

/* Send the packets that libssh holds, as far as the socket takes them. */
void session_flush(struct session *);

/* Whether the connection is gone. */
bool session_is_dead(const struct session *);

#endif
