/*
 * Limits by source: caps on connections that have not logged in, and penalties
 * for sources that misbehave, as sshd_config(5) has them (MaxStartups,
 * PerSourceMaxStartups, PerSourcePenalties).  A source is an IPv4 /32 or an
 * IPv6 /64.  Times are seconds of a monotonic clock.
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
	SRCLIMIT_CRASH, /* 90 s: its worker died, which held no other */
	SRCLIMIT_REFUSED, /* 5 s: a login was refused */
	SRCLIMIT_GRACE, /* 10 s: login grace exceeded */
	SRCLIMIT_NOAUTH /* 1 s: left without trying */
};

struct srclimit;
struct source;

struct srclimit *srclimit_new(bool penalties);
void srclimit_free(struct srclimit *);

/* Turn penalties on or off; off forgets those that are pending. */
void srclimit_set_penalties(struct srclimit *, bool);

/*
 * The source of addr, made when it is not known; it counts one more
 * connection that has not logged in until srclimit_leave.  What is neither
 * IPv4 nor IPv6 is one source.  NULL: no memory.
 */
struct source *srclimit_enter(
    struct srclimit *, const struct sockaddr *addr, double now);
void srclimit_leave(struct srclimit *, struct source *);

/* A connection of the source takes a slot, or gives it back. */
void srclimit_place(struct srclimit *, struct source *);
void srclimit_vacate(struct srclimit *, struct source *);

/*
 * A connection of the source has logged in.  For SRCLIMIT_KNOWN seconds after
 * that the source is known: under load it goes before those of whom nobody ever
 * logged in.
 */
#define SRCLIMIT_KNOWN 3600
void srclimit_login(struct source *, double now);
bool srclimit_known(const struct source *, double now);

/* Seconds for which the source stays refused; 0: it may connect. */
unsigned int srclimit_refused(
    const struct srclimit *, const struct sockaddr *addr, double now);

/*
 * May a token of the source be checked now?  It may be wrong SRCLIMIT_TOKENS
 * times a minute, so no more are checked at a time than it has left: one more
 * is for later, when one that is checked may turn out to be good.
 */
#define SRCLIMIT_TOKENS 5
enum srclimit_check { SRCLIMIT_NOW, SRCLIMIT_LATER, SRCLIMIT_NEVER };
enum srclimit_check srclimit_token(struct source *, double now);
/* The token has been checked; if not wrong, it does not count. */
void srclimit_token_checked(struct source *, bool wrong);

/* Connections of this source, and of all, that have not logged in. */
unsigned int srclimit_startups(const struct source *);
unsigned int srclimit_startups_all(const struct srclimit *);

/* Number of connections that log in: of a source, and of all. */
unsigned int srclimit_places(const struct source *);
unsigned int srclimit_places_all(const struct srclimit *);

/*
 * Returns true when the penalty begins to act now: worth an event.  A refused
 * login costs a known source nothing: one client with a bad key is not to shut
 * out all that are behind the same address.
 */
bool srclimit_penalise(
    struct srclimit *, struct source *, enum srclimit_fault, double now);

/* A penalty that acts. */
struct srclimit_penalty {
	char addr[64]; /* "192.0.2.1", "2001:db8:0:1::/64" */
	unsigned int seconds; /* for which it is refused */
	enum srclimit_fault fault; /* the gravest */
};

/* Each that acts now, of the source that was seen last first. */
void srclimit_each(const struct srclimit *, double now,
    void (*each)(void *, const struct srclimit_penalty *), void *);

/* Take the penalty of addr's source away, and what it came to before it acted. */
void srclimit_clear(struct srclimit *, const struct sockaddr *addr);

/* Sources remembered now. */
size_t srclimit_sources(const struct srclimit *);

#endif
