/*
 * Limits on sources of connections: unauthenticated connections and slots of
 * each, and penalties for sources that misbehave, as sshd_config(5) has them
 * (MaxStartups, PerSourceMaxStartups, PerSourcePenalties).  A source is an IPv4
 * /32 or an IPv6 /64.  Times are seconds of a monotonic clock.
 */
#ifndef SRCLIMIT_H
#define SRCLIMIT_H

#include <sys/socket.h>

#include <stdbool.h>
#include <stddef.h>

#define SRCLIMIT_SOURCES 65536 /* kept at most */
#define SRCLIMIT_ACT 15 /* a penalty acts from so many seconds */
#define SRCLIMIT_CAP 600 /* and never exceeds these */

enum srclimit_fault {
	SRCLIMIT_CRASH, /* 90 s: crashed a worker that had no other */
	SRCLIMIT_REFUSED, /* 5 s: a login was refused */
	SRCLIMIT_GRACE, /* 10 s: login grace exceeded */
	SRCLIMIT_NOAUTH /* 1 s: disconnected without login */
};

struct srclimit;
struct source;

struct srclimit *srclimit_new(bool penalties);
void srclimit_free(struct srclimit *);

/* Turn penalties on or off; off clears them all. */
void srclimit_set_penalties(struct srclimit *, bool);

/*
 * The source of addr, which is added if new.  It counts one more
 * unauthenticated connection until srclimit_leave.  All addresses neither IPv4
 * nor IPv6 are one source.  NULL: no memory.
 */
struct source *srclimit_enter(
    struct srclimit *, const struct sockaddr *addr, double now);
void srclimit_leave(struct srclimit *, struct source *);

/* A connection of the source has got a slot; has it no longer. */
void srclimit_take_slot(struct srclimit *, struct source *);
void srclimit_free_slot(struct srclimit *, struct source *);

/*
 * A connection of the source has logged in.  For SRCLIMIT_KNOWN seconds the
 * source is known, and comes before others when slots are granted.
 */
#define SRCLIMIT_KNOWN 3600
void srclimit_login(struct source *, double now);
bool srclimit_known(const struct source *, double now);

/* Seconds for which the source stays refused; 0: it may connect. */
unsigned int srclimit_refused(
    const struct srclimit *, const struct sockaddr *addr, double now);

/*
 * May a token of the source be checked now?  A source may send SRCLIMIT_TOKENS
 * wrong ones a minute, so no more are checked at a time than are left of these;
 * further ones wait, as a token under check may turn out to be good.
 */
#define SRCLIMIT_TOKENS 5
enum srclimit_check { SRCLIMIT_NOW, SRCLIMIT_LATER, SRCLIMIT_NEVER };
enum srclimit_check srclimit_token(struct source *, double now);
/* A token was checked; only a wrong one counts. */
void srclimit_token_checked(struct source *, bool wrong);

/* Unauthenticated connections of this source, and of all. */
unsigned int srclimit_startups(const struct source *);
unsigned int srclimit_startups_all(const struct srclimit *);

/* Unauthenticated connections with a slot: of this source, and of all. */
unsigned int srclimit_slots(const struct source *);
unsigned int srclimit_slots_all(const struct srclimit *);

/*
 * Add a penalty.  Returns true if it begins to act now, to be logged.  A
 * refused login adds none to a known source, so that one client with a bad key
 * does not shut out others behind the same address.
 */
bool srclimit_penalise(
    struct srclimit *, struct source *, enum srclimit_fault, double now);

/* An active penalty. */
struct srclimit_penalty {
	char addr[64]; /* "192.0.2.1", "2001:db8:0:1::/64" */
	unsigned int seconds; /* for which it is refused */
	enum srclimit_fault fault; /* the gravest */
};

/* Call for each active penalty, most recently seen source first. */
void srclimit_each(const struct srclimit *, double now,
    void (*each)(void *, const struct srclimit_penalty *), void *);

/* Remove the penalty of addr's source, active or still accumulating. */
void srclimit_clear(struct srclimit *, const struct sockaddr *addr);

/* The number of sources in memory. */
size_t srclimit_sources(const struct srclimit *);

#endif
