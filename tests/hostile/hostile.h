/*
 * A child of et-sshd that was taken over: what the attacks have in common.  See
 * worker.c, console.c, keeper.c and page.c, each of which is a program.
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
	int streams[2]; /* a console's: its data, its errors; a visitor */
	int attached; /* the descriptor that is sent along */
	bool leaves; /* when et-sshd has, instead of waiting to be killed */
	const char *as; /* the user; NULL: as the file says */
} it;

/* One attack: its word and its arguments, as the test wrote them. */
struct plan {
	unsigned int number; /* of its file */
	char word[32];
	unsigned long a;
	unsigned long b;
	char state[16];
	char more[320]; /* the fields of "say"; a worker's has none */
};

/* By word; the last one has none. */
extern const struct attack {
	const char *word;
	void (*run)(const struct plan *);
} any_attacks[], say_attacks[], /* of every program */
    login_attacks[], token_attacks[], message_attacks[], flood_attacks[],
    jump_attacks[], command_attacks[], pool_attacks[],
    forward_attacks[], /* a worker's */
    console_attacks[], keeper_attacks[], page_attacks[];

/* Carry out the plan, if its word is among these subjects. */
void carry_out(
    const struct attack *const *subjects, size_t n, const struct plan *);

/*
 * This program in that state, as a plan names it; the number of a connection
 * to speak of, or 0.  Each program has its own.
 */
uint64_t in_state(const char *state);

/* A message of this type that is as it should be, for "say" to spoil. */
void make_good(struct msg *, enum msg_type);

/* --- talk.c --- */

/* An attack that et-sshd met otherwise than it should. */
void fail(const char *, ...) __attribute__((format(printf, 1, 2), noreturn));

/* With so many descriptors, which are it.attached. */
void send_bytes(int sock, const void *bytes, size_t len, size_t nfds);
void say(const struct msg *);
void say_type(enum msg_type, uint64_t conn);

/* What every program does with what it is told.  Its type, or 0: nothing. */
uint32_t hear(int sock);
void wait_for(int sock, enum msg_type);

/* The number of the i-th connection, awaited. */
uint64_t conn(size_t i);

/* --- plan.c --- */

/* Into it.folder: where this program is. */
void find_folder(void);

/* Take one of the plans beside this program.  False: there is none. */
bool find_plan(struct plan *);

/* "WORD A B STATE MORE": false if it is not. */
bool read_plan(struct plan *, const char *line);

/*
 * Do what this signal is for: SIGSEGV, SIGFPE, SIGILL, SIGALRM, SIGKILL, or
 * SIGSYS, which the launcher's filter has for who sends another; 0: stand still.
 */
void die_by(int sig) __attribute__((noreturn));

/* Become the real program of this name. */
void behave(const char *real, char **argv) __attribute__((noreturn));

/* --- attack_say.c --- */

/* The message of a plan whose word is "say", or is like it. */
void make_said(struct msg *, const struct plan *);

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
