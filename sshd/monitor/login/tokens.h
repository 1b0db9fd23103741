/*
 * Tokens: the user DEVICE_ENROL, and no other, sends one as its password (RFC
 * 4252, section 8), or logs in by a key and sends one token then.  The keeper
 * checks a few at a time; the others wait in line, at most as many as there may
 * be unauthenticated connections.
 */
#ifndef TOKENS_H
#define TOKENS_H

#include <stdbool.h>
#include <stdint.h>

struct conn;
struct enrolment;
struct key;
struct monitor;
struct msg;

struct tokens {
	int64_t until; /* the last valid one ends, us since 1970; 0: none */
	int64_t told; /* the same, with those ended lately */
	unsigned int checking; /* at the keeper */
	struct enrolment *line; /* those that wait for it */
};

/* May a token be sent on this connection? */
bool tokens_usable(const struct conn *);
/*
 * The same after a login by a key: while a token is valid or has ended lately,
 * so that the client with an ended token, and no other, is told so.
 */
bool tokens_known(const struct conn *);

/*
 * The user DEVICE_ENROL has logged in by this key, whosever it is: the
 * connection may try one token.  Until that is good it stays one that has not
 * logged in (CONN_KEX), with all its limits.  False: no memory.
 */
bool tokens_log_in(struct conn *, const struct key *);
bool tokens_keyed(const struct conn *);

/* TOKEN of a worker.  NULL, or what ends it. */
const char *tokens_try(struct conn *, struct msg *ask);

/* TOKEN_IS and TOKENS of the keeper.  NULL, or what ends it. */
const char *tokens_is(struct monitor *, const struct msg *);
const char *tokens_until(struct monitor *, const struct msg *);

/* The keeper is gone: refuse all tokens that it was checking. */
void tokens_keeper_lost(struct monitor *);

/* Does the connection wait for an answer of the keeper? */
bool tokens_wait(const struct conn *);

#endif
