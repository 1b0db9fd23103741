/*
 * What a source is, its counts and penalties, and how many are kept.
 */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "srclimit.h"
#include "unit.h"

static const struct sockaddr *
addr(const char *text)
{
	static union {
		struct sockaddr sa;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} a;

	memset(&a, 0, sizeof(a));
	if (inet_pton(AF_INET, text, &a.v4.sin_addr) == 1)
		a.v4.sin_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &a.v6.sin6_addr) == 1)
		a.v6.sin6_family = AF_INET6;
	else
		fail_msg("%s", text);
	return &a.sa;
}

/* The nth of many IPv4 sources. */
static const struct sockaddr *
nth(uint32_t n)
{
	static struct sockaddr_in a;

	a.sin_family = AF_INET;
	a.sin_port = htons((uint16_t)n);
	a.sin_addr.s_addr = htonl(0x0a000000 + n);
	return (const void *)&a;
}

static int
make(void **state)
{
	return (*state = srclimit_new(true)) != NULL ? 0 : -1;
}

static int
drop(void **state)
{
	srclimit_free(*state);
	return 0;
}

static void
same(struct srclimit *sl, const char *a, const char *b, bool is)
{
	struct source *s = srclimit_enter(sl, addr(a), 0);
	struct source *t = srclimit_enter(sl, addr(b), 0);

	if ((s == t) != is)
		fail_msg("%s and %s", a, b);
	srclimit_leave(sl, s);
	srclimit_leave(sl, t);
}

static void
test_what_is_a_source(void **state)
{
	same(*state, "192.0.2.1", "192.0.2.1", true);
	same(*state, "192.0.2.1", "192.0.2.2", false);
	same(*state, "192.0.2.1", "::ffff:192.0.2.1", true);
	same(*state, "::ffff:192.0.2.1", "::ffff:192.0.2.2", false);
	same(*state, "2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", true);
	same(*state, "2001:db8::1", "2001:db8:0:1::1", false);
	/* No IPv6 source is an IPv4 one, whatever its first bytes. */
	same(*state, "192.0.2.1", "c000:201::", false);
	same(*state, "::192.0.2.1", "192.0.2.1", false);
}

static void
test_counts(void **state)
{
	struct srclimit *sl = *state;
	struct source *a, *b;

	a = srclimit_enter(sl, addr("192.0.2.1"), 0);
	assert_ptr_equal(srclimit_enter(sl, addr("192.0.2.1"), 1), a);
	b = srclimit_enter(sl, addr("2001:db8::1"), 2);
	assert_int_equal(srclimit_startups(a), 2);
	assert_int_equal(srclimit_startups(b), 1);
	assert_int_equal(srclimit_startups_all(sl), 3);
	assert_int_equal(srclimit_sources(sl), 2);
	srclimit_leave(sl, a);
	srclimit_leave(sl, b);
	assert_int_equal(srclimit_startups(a), 1);
	assert_int_equal(srclimit_startups(b), 0);
	assert_int_equal(srclimit_startups_all(sl), 1);
	assert_int_equal(srclimit_refused(sl, addr("192.0.2.1"), 3), 0);
	assert_int_equal(srclimit_refused(sl, addr("192.0.2.9"), 3), 0);
}

/* A fault that is repeated acts at this time, and for so long then. */
static void
acts_at(struct srclimit *sl, const char *who, enum srclimit_fault fault,
    int which, unsigned int seconds)
{
	struct source *s = srclimit_enter(sl, addr(who), 100);
	int i;

	for (i = 1; i < which; i++) {
		assert_false(srclimit_penalise(sl, s, fault, 100));
		assert_int_equal(srclimit_refused(sl, addr(who), 100), 0);
	}
	assert_true(srclimit_penalise(sl, s, fault, 100));
	assert_int_equal(srclimit_refused(sl, addr(who), 100), seconds);
	/* Told once. */
	assert_false(srclimit_penalise(sl, s, fault, 100));
	srclimit_leave(sl, s);
}

/* Five that are wrong a minute; the good ones do not count. */
static void
test_tokens(void **state)
{
	struct srclimit *sl = *state;
	struct source *a = srclimit_enter(sl, addr("192.0.2.1"), 0);
	struct source *b = srclimit_enter(sl, addr("192.0.2.2"), 0);
	int i;

	for (i = 0; i < 20; i++) {
		assert_int_equal(srclimit_token(a, 100), SRCLIMIT_NOW);
		srclimit_token_checked(a, false);
	}
	for (i = 0; i < SRCLIMIT_TOKENS; i++)
		assert_int_equal(srclimit_token(a, 100), SRCLIMIT_NOW);
	/* What is being checked may turn out to be good. */
	assert_int_equal(srclimit_token(a, 100), SRCLIMIT_LATER);
	assert_int_equal(srclimit_token(b, 100), SRCLIMIT_NOW);
	srclimit_token_checked(a, false);
	assert_int_equal(srclimit_token(a, 100), SRCLIMIT_NOW);
	for (i = 0; i < SRCLIMIT_TOKENS; i++)
		srclimit_token_checked(a, true);
	assert_int_equal(srclimit_token(a, 111), SRCLIMIT_NEVER);
	assert_int_equal(srclimit_token(a, 113), SRCLIMIT_NOW);
	srclimit_token_checked(a, true);
	assert_int_equal(srclimit_token(a, 113), SRCLIMIT_NEVER);
	assert_int_equal(srclimit_token(a, 113 + 60), SRCLIMIT_NOW);
	srclimit_leave(sl, a);
	srclimit_leave(sl, b);
}

static void
test_each_penalty(void **state)
{
	acts_at(*state, "192.0.2.1", SRCLIMIT_CRASH, 1, 90);
	acts_at(*state, "192.0.2.2", SRCLIMIT_REFUSED, 3, 15);
	acts_at(*state, "192.0.2.3", SRCLIMIT_GRACE, 2, 20);
	acts_at(*state, "192.0.2.4", SRCLIMIT_NOAUTH, 15, 15);
	acts_at(*state, "2001:db8::1", SRCLIMIT_CRASH, 1, 90);
	assert_int_not_equal(
	    srclimit_refused(*state, addr("2001:db8::2"), 100), 0);
	assert_int_equal(
	    srclimit_refused(*state, addr("2001:db8:0:1::"), 100), 0);
}

static void
test_penalty_runs_out(void **state)
{
	struct srclimit *sl = *state;
	const char *who = "192.0.2.1";
	struct source *s = srclimit_enter(sl, addr(who), 0);

	assert_false(srclimit_penalise(sl, s, SRCLIMIT_GRACE, 0));
	/* 10 s have run out at 10: it starts anew. */
	assert_false(srclimit_penalise(sl, s, SRCLIMIT_GRACE, 10));
	assert_true(srclimit_penalise(sl, s, SRCLIMIT_GRACE, 12));
	assert_int_equal(srclimit_refused(sl, addr(who), 12), 18);
	assert_int_equal(srclimit_refused(sl, addr(who), 12.5), 18);
	/* Below 15 s of rest it goes on acting to its end. */
	assert_int_equal(srclimit_refused(sl, addr(who), 29.5), 1);
	assert_int_equal(srclimit_refused(sl, addr(who), 30), 0);
	/* And is told again when it acts again. */
	assert_false(srclimit_penalise(sl, s, SRCLIMIT_GRACE, 40));
	assert_true(srclimit_penalise(sl, s, SRCLIMIT_GRACE, 40));
	srclimit_leave(sl, s);
}

static void
test_cap(void **state)
{
	struct srclimit *sl = *state;
	const char *who = "192.0.2.1";
	struct source *s = srclimit_enter(sl, addr(who), 0);
	int i;

	for (i = 0; i < 6; i++)
		srclimit_penalise(sl, s, SRCLIMIT_CRASH, 0);
	assert_int_equal(srclimit_refused(sl, addr(who), 0), 540);
	for (i = 0; i < 100; i++)
		srclimit_penalise(sl, s, SRCLIMIT_CRASH, 0);
	assert_int_equal(srclimit_refused(sl, addr(who), 0), SRCLIMIT_CAP);
	assert_int_equal(srclimit_refused(sl, addr(who), 599), 1);
	assert_int_equal(srclimit_refused(sl, addr(who), 600), 0);
	srclimit_leave(sl, s);
}

static void
test_penalties_off(void **state)
{
	struct srclimit *sl = *state;
	const char *who = "192.0.2.1";
	struct source *s = srclimit_enter(sl, addr(who), 0);

	assert_true(srclimit_penalise(sl, s, SRCLIMIT_CRASH, 0));
	srclimit_set_penalties(sl, false);
	assert_int_equal(srclimit_refused(sl, addr(who), 1), 0);
	assert_false(srclimit_penalise(sl, s, SRCLIMIT_CRASH, 1));
	srclimit_set_penalties(sl, true);
	assert_int_equal(srclimit_refused(sl, addr(who), 1), 0);
	assert_true(srclimit_penalise(sl, s, SRCLIMIT_CRASH, 1));
	assert_int_equal(srclimit_refused(sl, addr(who), 1), 90);
	srclimit_leave(sl, s);
}

/* A login makes a source known, for so long. */
static void
test_known(void **state)
{
	struct srclimit *sl = *state;
	struct source *a = srclimit_enter(sl, addr("192.0.2.1"), 100);
	struct source *b = srclimit_enter(sl, addr("192.0.2.2"), 100);
	int i;

	assert_false(srclimit_known(a, 100));
	srclimit_login(a, 100);
	assert_true(srclimit_known(a, 100));
	assert_true(srclimit_known(a, 99 + SRCLIMIT_KNOWN));
	assert_false(srclimit_known(a, 100 + SRCLIMIT_KNOWN));
	assert_false(srclimit_known(b, 100));
	/* To the last moment of the hour, and not from its end on. */
	assert_true(srclimit_known(a, 99.999 + SRCLIMIT_KNOWN));
	/* A bad key beside a good one costs nothing; a crash does. */
	for (i = 0; i < 10; i++)
		assert_false(srclimit_penalise(sl, a, SRCLIMIT_REFUSED, 100));
	assert_int_equal(srclimit_refused(sl, addr("192.0.2.1"), 100), 0);
	assert_true(srclimit_penalise(sl, a, SRCLIMIT_CRASH, 100));
	srclimit_leave(sl, a);
	srclimit_leave(sl, b);
}

/* Within the hour after a login a refused one costs nothing; then it does. */
static void
test_known_for_an_hour(void **state)
{
	const double end = 100 + SRCLIMIT_KNOWN;
	struct srclimit *sl = *state;
	const char *who = "2001:db8::1", *beside = "2001:db8::2";
	struct source *s = srclimit_enter(sl, addr(who), 100);
	int i;

	srclimit_login(s, 100);
	for (i = 0; i < 10; i++)
		srclimit_penalise(sl, s, SRCLIMIT_REFUSED, end - 0.001);
	assert_int_equal(srclimit_refused(sl, addr(beside), end - 0.001), 0);
	assert_false(srclimit_penalise(sl, s, SRCLIMIT_REFUSED, end));
	assert_false(srclimit_penalise(sl, s, SRCLIMIT_REFUSED, end));
	assert_true(srclimit_penalise(sl, s, SRCLIMIT_REFUSED, end));
	assert_int_equal(srclimit_refused(sl, addr(beside), end), 15);
	/* The next login begins the hour anew, and takes nothing back. */
	srclimit_login(s, end);
	assert_false(srclimit_penalise(sl, s, SRCLIMIT_REFUSED, end));
	assert_int_equal(srclimit_refused(sl, addr(who), end), 15);
	srclimit_leave(sl, s);
}

struct seen {
	size_t n;
	struct srclimit_penalty last[8];
};

static void
see(void *arg, const struct srclimit_penalty *p)
{
	struct seen *seen = arg;

	assert_in_range(seen->n, 0, 7);
	seen->last[seen->n++] = *p;
}

static struct seen
see_all(struct srclimit *sl, double now)
{
	struct seen seen = {0};

	srclimit_each(sl, now, see, &seen);
	return seen;
}

static void
fault_at(
    struct srclimit *sl, const char *who, enum srclimit_fault fault, double now)
{
	struct source *s = srclimit_enter(sl, addr(who), now);

	srclimit_penalise(sl, s, fault, now);
	srclimit_leave(sl, s);
}

/* Those that act, newest first, as they are counted; to their end. */
static void
test_each(void **state)
{
	struct srclimit *sl = *state;
	struct seen seen;

	assert_int_equal(see_all(sl, 0).n, 0);
	fault_at(sl, "192.0.2.1", SRCLIMIT_CRASH, 100);
	fault_at(sl, "192.0.2.2", SRCLIMIT_REFUSED, 100);
	fault_at(sl, "2001:db8:0:1:2::3", SRCLIMIT_GRACE, 101);
	assert_int_equal(see_all(sl, 101).n, 1);
	fault_at(sl, "2001:db8:0:1:ffff::", SRCLIMIT_GRACE, 101);
	seen = see_all(sl, 101);
	assert_int_equal(seen.n, 2);
	assert_string_equal(seen.last[0].addr, "2001:db8:0:1::/64");
	assert_int_equal(seen.last[0].seconds, 20);
	assert_int_equal(seen.last[0].fault, SRCLIMIT_GRACE);
	assert_string_equal(seen.last[1].addr, "192.0.2.1");
	assert_int_equal(seen.last[1].seconds, 89);
	assert_int_equal(see_all(sl, 121).n, 1);
	assert_int_equal(see_all(sl, 189.5).n, 1);
	assert_int_equal(see_all(sl, 190).n, 0);
	srclimit_set_penalties(sl, false);
	assert_int_equal(see_all(sl, 101).n, 0);
}

/* Of the whole source, and of what has not come to act. */
static void
test_clear(void **state)
{
	struct srclimit *sl = *state;

	fault_at(sl, "2001:db8::1", SRCLIMIT_CRASH, 100);
	fault_at(sl, "192.0.2.1", SRCLIMIT_CRASH, 100);
	fault_at(sl, "192.0.2.2", SRCLIMIT_GRACE, 100);
	srclimit_clear(sl, addr("2001:db8:0:1::1"));
	srclimit_clear(sl, addr("192.0.2.9"));
	assert_int_equal(see_all(sl, 100).n, 2);
	srclimit_clear(sl, addr("2001:db8::ffff"));
	assert_int_equal(srclimit_refused(sl, addr("2001:db8::1"), 100), 0);
	srclimit_clear(sl, addr("::ffff:192.0.2.1"));
	assert_int_equal(srclimit_refused(sl, addr("192.0.2.1"), 100), 0);
	assert_int_equal(see_all(sl, 100).n, 0);
	srclimit_clear(sl, addr("192.0.2.2"));
	fault_at(sl, "192.0.2.2", SRCLIMIT_GRACE, 100);
	assert_int_equal(srclimit_refused(sl, addr("192.0.2.2"), 100), 0);
	/* The next is one as before. */
	fault_at(sl, "192.0.2.1", SRCLIMIT_CRASH, 101);
	assert_int_equal(srclimit_refused(sl, addr("192.0.2.1"), 101), 90);
}

/* n sources that have come and gone. */
static void
fill(struct srclimit *sl, uint32_t from, uint32_t to, double now)
{
	uint32_t i;

	for (i = from; i < to; i++)
		srclimit_leave(sl, srclimit_enter(sl, nth(i), now));
}

static void
test_one_source_more(void **state)
{
	struct srclimit *sl = *state;

	fill(sl, 0, SRCLIMIT_SOURCES, 0);
	assert_int_equal(srclimit_sources(sl), SRCLIMIT_SOURCES);
	fill(sl, SRCLIMIT_SOURCES, SRCLIMIT_SOURCES + 1, 1);
	assert_int_equal(srclimit_sources(sl), SRCLIMIT_SOURCES);
	fill(sl, SRCLIMIT_SOURCES + 1, SRCLIMIT_SOURCES + 1000, 1);
	assert_int_equal(srclimit_sources(sl), SRCLIMIT_SOURCES);
}

/* What is held, and what was just seen, is not what goes. */
static void
test_who_is_forgotten(void **state)
{
	struct srclimit *sl = *state;
	struct source *held, *feared;

	held = srclimit_enter(sl, nth(0), 0);
	feared = srclimit_enter(sl, nth(1), 0);
	srclimit_penalise(sl, held, SRCLIMIT_CRASH, 0);
	srclimit_penalise(sl, feared, SRCLIMIT_CRASH, 0);
	srclimit_leave(sl, feared);
	fill(sl, 2, SRCLIMIT_SOURCES, 0);
	fill(sl, SRCLIMIT_SOURCES, 2 * SRCLIMIT_SOURCES - 2, 1);
	assert_int_equal(srclimit_sources(sl), SRCLIMIT_SOURCES);
	assert_int_not_equal(srclimit_refused(sl, nth(1), 1), 0);
	/* Of two, the one that was seen last has stayed. */
	assert_ptr_equal(srclimit_enter(sl, nth(0), 1), held);
	assert_int_equal(srclimit_startups(held), 2);
	assert_int_not_equal(srclimit_refused(sl, nth(0), 1), 0);
	srclimit_leave(sl, held);
	srclimit_leave(sl, held);
}

/* The limit bounds memory, not those who are here: they are never forgotten. */
static void
test_all_held(void **state)
{
	struct srclimit *sl = *state;
	struct source **s;
	uint32_t i;

	assert_non_null(s = calloc(SRCLIMIT_SOURCES, sizeof(*s)));
	for (i = 0; i < SRCLIMIT_SOURCES; i++)
		s[i] = srclimit_enter(sl, nth(i), 0);
	fill(sl, SRCLIMIT_SOURCES, SRCLIMIT_SOURCES + 1, 0);
	for (i = 0; i < SRCLIMIT_SOURCES; i++) {
		assert_int_equal(srclimit_startups(s[i]), 1);
		srclimit_leave(sl, s[i]);
	}
	assert_int_equal(srclimit_startups_all(sl), 0);
	free(s);
}

/* All are feared: the one that was seen first goes. */
static void
test_all_feared(void **state)
{
	struct srclimit *sl = *state;
	struct source *s;
	uint32_t i;

	for (i = 0; i < SRCLIMIT_SOURCES; i++) {
		s = srclimit_enter(sl, nth(i), 0);
		srclimit_penalise(sl, s, SRCLIMIT_CRASH, 0);
		srclimit_leave(sl, s);
	}
	fill(sl, SRCLIMIT_SOURCES, SRCLIMIT_SOURCES + 1, 1);
	assert_int_equal(srclimit_sources(sl), SRCLIMIT_SOURCES);
	assert_int_equal(srclimit_refused(sl, nth(0), 1), 0);
	assert_int_not_equal(srclimit_refused(sl, nth(1), 1), 0);
}

/* To come again is to be seen again. */
static void
test_seen_again(void **state)
{
	struct srclimit *sl = *state;
	struct source *s;
	uint32_t i;

	for (i = 0; i < SRCLIMIT_SOURCES; i++) {
		s = srclimit_enter(sl, nth(i), 0);
		srclimit_penalise(sl, s, SRCLIMIT_CRASH, 0);
		srclimit_leave(sl, s);
	}
	fill(sl, 0, 1, 1);
	fill(sl, SRCLIMIT_SOURCES, SRCLIMIT_SOURCES + 1, 1);
	assert_int_not_equal(srclimit_refused(sl, nth(0), 1), 0);
	assert_int_equal(srclimit_refused(sl, nth(1), 1), 0);
}

#define WITH_LIMIT(f) cmocka_unit_test_setup_teardown(f, make, drop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_LIMIT(test_what_is_a_source),
	    WITH_LIMIT(test_counts),
	    WITH_LIMIT(test_tokens),
	    WITH_LIMIT(test_each_penalty),
	    WITH_LIMIT(test_penalty_runs_out),
	    WITH_LIMIT(test_cap),
	    WITH_LIMIT(test_penalties_off),
	    WITH_LIMIT(test_known),
	    WITH_LIMIT(test_known_for_an_hour),
	    WITH_LIMIT(test_each),
	    WITH_LIMIT(test_clear),
	    WITH_LIMIT(test_one_source_more),
	    WITH_LIMIT(test_who_is_forgotten),
	    WITH_LIMIT(test_all_held),
	    WITH_LIMIT(test_all_feared),
	    WITH_LIMIT(test_seen_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
