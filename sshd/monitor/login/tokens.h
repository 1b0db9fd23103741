/*
 * Tokens: the user DEVICE_ENROL has one for a password (RFC 4252, section 8),
 * and none but that user a password at all; or it logs in by a key, and sends
 * one token then.  The keeper checks them, a few at a time; the others wait in
 * line, as many as there may be connections that have not logged in.
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
	int64_t until; /* one can be used, us since the epoch; 0: none */
	int64_t told; /* the same, of those that ended lately, too */
	unsigned int checking; /* at the keeper */
	struct enrolment *line; /* those that wait for it */
};

/* Can a token be tried on this connection, as far as is known? */
bool tokens_usable(const struct conn *);
/*
 * After a login by a key?  While there is one that can be used, or one that
 * ended lately: who has that is told so, and nobody else.
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

/* The keeper is lost: its pending checks fail. */
void tokens_keeper_lost(struct monitor *);

/* Does the connection wait for an answer of the keeper? */
bool tokens_wait(const struct conn *);

#endif
