/*
 * Penalties as et-admin has them: all lobbies', and ended in all of them.
 */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <stdio.h>

#include "clock.h"
#include "lobby.h"
#include "penalty.h"
#include "srclimit.h"
#include "stage.h"
#include "unit.h"

static struct sockaddr_in
source(uint32_t n)
{
	struct sockaddr_in addr = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(0xc0000200 + n)};

	return addr;
}

/* The nth source is refused in this lobby. */
static void
punish(struct stage *s, enum pool pool, uint32_t n)
{
	struct srclimit *sl = s->m.lobbies[pool].sources;
	struct sockaddr_in addr = source(n);
	struct source *src =
	    srclimit_enter(sl, (struct sockaddr *)&addr, clock_now());

	assert_non_null(src);
	srclimit_penalise(sl, src, SRCLIMIT_CRASH, clock_now());
	srclimit_leave(sl, src);
}

static bool
is_refused(struct stage *s, enum pool pool, uint32_t n)
{
	struct sockaddr_in addr = source(n);

	return srclimit_refused(s->m.lobbies[pool].sources,
		   (struct sockaddr *)&addr, clock_now()) > 0;
}

static int
make(void **state)
{
	struct stage *s;
	int pool;

	if (stage_make_lobbies(state) == -1)
		return -1;
	s = *state;
	for (pool = 0; pool < POOLS; pool++)
		srclimit_set_penalties(s->m.lobbies[pool].sources, true);
	return 0;
}

static size_t
listed(struct stage *s, size_t *shown)
{
	json_t *list;
	size_t n;

	assert_non_null(list = penalty_list(&s->m, &n));
	*shown = json_array_size(list);
	json_decref(list);
	return n;
}

static void
test_clear(void **state)
{
	struct stage *s = *state;
	struct msg msg;
	size_t shown;
	int pool;

	for (pool = 0; pool < POOLS; pool++) {
		punish(s, (enum pool)pool, 1);
		punish(s, (enum pool)pool, 2);
	}
	assert_int_equal(listed(s, &shown), 4);
	assert_int_equal(shown, 4);
	msg_init(&msg, MSG_PENALTY, 0);
	snprintf(msg.penalty.addr, sizeof(msg.penalty.addr), "192.0.2.1");
	assert_null(penalty_clear(&s->m, &msg));
	for (pool = 0; pool < POOLS; pool++) {
		assert_false(is_refused(s, (enum pool)pool, 1));
		assert_true(is_refused(s, (enum pool)pool, 2));
	}
	snprintf(msg.penalty.addr, sizeof(msg.penalty.addr), "192.0.2");
	assert_string_equal(penalty_clear(&s->m, &msg), "not an address");
}

/* So many are shown, of all lobbies together; all are counted. */
static void
test_shown(void **state)
{
	struct stage *s = *state;
	uint32_t n;
	size_t shown;

	for (n = 1; n < PENALTY_SHOWN; n++)
		punish(s, POOL_LISTEN, n);
	punish(s, POOL_OPERATORS, 1);
	assert_int_equal(listed(s, &shown), PENALTY_SHOWN);
	assert_int_equal(shown, PENALTY_SHOWN);
	punish(s, POOL_OPERATORS, 2);
	assert_int_equal(listed(s, &shown), PENALTY_SHOWN + 1);
	assert_int_equal(shown, PENALTY_SHOWN);
}

#define WITH_LOBBIES(f) \
	cmocka_unit_test_setup_teardown(f, make, stage_remove_lobbies)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_LOBBIES(test_clear),
	    WITH_LOBBIES(test_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
