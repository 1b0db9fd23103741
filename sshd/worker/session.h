/*
 * An SSH connection: the server side of RFC 4253, driven by the loop.
 *
 * libssh does the protocol; nothing here blocks on the peer.  All work is done
 * in the session's turn (serve.h), after libssh has returned: its callbacks only
 * move bytes and set flags.  Nothing is freed but in a turn, of its own session.
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
	SESSION_ENDING, /* marked: torn down in its turn */
	SESSION_CLOSING /* what is queued may still go, then BYE */
};

/* The kind of login that waits for the monitor's verdict. */
enum session_login {
	LOGIN_OFFER, /* a key is offered */
	LOGIN_KEY, /* libssh has verified a login with it */
	LOGIN_TOKEN, /* a password of the user who registers devices */
	LOGIN_NONE /* or another method: may there be a password? */
};

struct session {
	UT_hash_handle hh;
	uint64_t number; /* the monitor's */
	struct worker *worker;
	ssh_session ssh;
	int fd; /* watched; libssh has a copy */
	enum session_state state;
	enum msg_role role; /* once it is open */
	ev_io io;
	ev_timer timer; /* for one of these */
	enum {
		TIMER_NONE,
		TIMER_IDLE,
		TIMER_UNASKED,
		TIMER_KEEPALIVE,
		TIMER_CLOSING,
		TIMER_CLOSED /* that has run out */
	} timing;
	unsigned int missed; /* keepalives without any answer */
	uint64_t heard; /* wire.in_bytes when it was sent */
	double held; /* since when libssh keeps what it is to send, s; or 0 */
	uint64_t held_packets; /* payload.out_packets then */
	struct ssh_counter_struct wire;
	struct ssh_counter_struct payload;
	uint64_t data_packets; /* CHANNEL_DATA received */
	uint64_t drained; /* packets when the queue was empty */
	uint64_t charged; /* packets paid for */
	uint64_t earned; /* wire.out_bytes counted */
	double tokens;
	double refilled;
	ssh_message login; /* waits for the verdict */
	enum session_login login_kind;
	struct exec *execs; /* session channels of a device */
	struct command *commands; /* of an operator */
	struct exec *wait; /* the one of them that waits, or NULL */
	char *hints; /* lines for the next answer to a poll, or NULL */
	struct enrol *enrol; /* the user enroll by a key; or NULL */
	struct token_line *token_line; /* enrol's, or NULL */
	struct forward *forwards; /* that were granted */
	struct bridge *bridges; /* their connections */
	struct global *globals; /* global requests, in order */
	struct jump *jumps; /* an operator's, that wait for their answer */
	uint32_t channels; /* execs, jumps and bridges */
	uint32_t last_id; /* of an operator's jumps and commands */
	struct session *due_prev, *due_next; /* of the worker's; NULL: not due */
	uint64_t asked; /* POLLs and their like so far: their order */
	uint32_t opened; /* session channels so far */
	uint32_t refused; /* kinds that were logged, bits */
	char reason[MSG_TEXT]; /* why it is closing */
};

struct session *session_find(struct worker *, uint64_t number);

/*
 * From now on libssh's calls into hostkey.c and signature.c, which carry no
 * session, are for this one.  Every way into libssh from the loop begins with
 * this.
 */
void session_set_current(const struct session *);

/* The session gets a turn before the loop waits again; called from anywhere. */
void session_due(struct session *);
void session_not_due(struct session *);

/*
 * Mark the session: it is torn down in its next turn, or in the turn that it
 * has now (ending.h).  The first reason is the one that is told.
 */
void session_end(struct session *, const char *reason);
bool session_is_ending(const struct session *);

/* libssh's outgoing buffer holds something that the socket did not take. */
bool session_congested(const struct session *);

/* Send what is in that buffer, as far as the socket takes it. */
void session_flush(struct session *);

/* The connection is gone. */
bool session_is_dead(const struct session *);

#endif
