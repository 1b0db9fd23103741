/*
 * A worker that was taken over: what its attacks have in common.  See worker.c.
 */
#ifndef HOSTILE_H
#define HOSTILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "msg.h"

#define PROMPT 20 /* s for an answer */
#define HASH 32
#define CONNS 2
#define OTHERS 1 /* the number of another worker's connection */
#define NOBODYS 999999999

/* What this process was given, and heard and made last. */
extern struct hostile {
	char folder[PATH_MAX]; /* this program's */
	int sign; /* the socket for SIGN */
	struct msg got;
	uint64_t conns[CONNS]; /* their numbers */
	int sockets[CONNS];
	size_t nconns;
	uint8_t cookies[CONNS][MSG_COOKIE];
	struct msg exchange;
	uint8_t hash[HASH]; /* of it */
	const char *whose; /* the file of a login's key */
} it;

/* One attack: its word and its arguments, as the test wrote them. */
struct plan {
	char word[32];
	unsigned long a;
	unsigned long b;
	char state[16];
};

/* By word; the last one has none. */
extern const struct attack {
	const char *word;
	void (*run)(const struct plan *);
} login_attacks[], token_attacks[], message_attacks[], flood_attacks[],
    jump_attacks[], command_attacks[], pool_attacks[], forward_attacks[];

/* --- talk.c --- */

/* An attack that et-sshd met otherwise than it should. */
void fail(const char *, ...) __attribute__((format(printf, 1, 2), noreturn));

/* With so many descriptors. */
void send_bytes(int sock, const void *bytes, size_t len, size_t nfds);
void say(const struct msg *);
void say_type(enum msg_type, uint64_t conn);

/* What every worker does with what it is told.  Its type, or 0: nothing. */
uint32_t hear(int sock);
void wait_for(int sock, enum msg_type);

/* The number of the i-th connection, awaited. */
uint64_t conn(size_t i);

/* --- login.c --- */

/* A key exchange of its own with this cookie, and the hash of it. */
void make_exchange(uint64_t number, const uint8_t cookie[MSG_COOKIE]);

/* The length of its signature; 0: it was refused. */
size_t sign_exchange(void);
size_t sign_conn(size_t i); /* a good one of connection i */

/* A good login of our own device over this session id. */
void make_login(struct msg *, uint64_t number, const uint8_t *h);
bool verdict_of(const struct msg *);

/* From here on logins are those of an operator. */
void be_operator(void);

/* Connection i, logged in.  Its login stays in the message. */
uint64_t open_conn(size_t i, struct msg *);

/* --- attack_flood.c --- */

/* Is one of what has come meanwhile a CLOSE? */
bool heard_close(void);

/* --- attack_token.c --- */

/* A connection, logged in with the token; what it said stays in the message. */
uint64_t open_enrol(struct msg *);

#endif
