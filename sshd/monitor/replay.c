#include "config.h"

#include <sys/random.h>

#include <stdlib.h>
#include <string.h>

#include "replay.h"

#define BITS 17 /* half of the places stay free */
#define PLACES (1U << BITS)

struct replay {
	uint64_t secret; /* odd: where an id goes nobody can choose */
	size_t n; /* in the newer table */
	unsigned int newer; /* which that is */
	uint64_t table[2][PLACES]; /* 0: free */
};

struct replay *
replay_new(void)
{
	struct replay *r;

	if ((r = calloc(1, sizeof(*r))) == NULL)
		return NULL;
	if (getrandom(&r->secret, sizeof(r->secret), 0) !=
	    (ssize_t)sizeof(r->secret)) {
		free(r);
		return NULL;
	}
	r->secret |= 1;
	return r;
}

void
replay_free(struct replay *r)
{
	free(r);
}

/* The place that holds id, or the free one where it belongs. */
static uint64_t *
place(struct replay *r, unsigned int table, uint64_t id)
{
	size_t i = (size_t)((id * r->secret) >> (64 - BITS));

	while (r->table[table][i] != 0 && r->table[table][i] != id)
		i = (i + 1) % PLACES;
	return &r->table[table][i];
}

/*
 * Eight bytes of a hash are enough: an id that is used again has the same
 * ones, and two that only look alike harm the worker that chose them.
 */
bool
replay_first(struct replay *r, const uint8_t *session, size_t len)
{
	uint64_t id = 0, *at;

	memcpy(&id, session, len < sizeof(id) ? len : sizeof(id));
	if (id == 0)
		id = 1;
	if (*place(r, !r->newer, id) != 0 || *place(r, r->newer, id) != 0)
		return false;
	if (r->n == REPLAY_LOGINS) {
		r->newer = !r->newer;
		r->n = 0;
		memset(r->table[r->newer], 0, sizeof(r->table[r->newer]));
	}
	at = place(r, r->newer, id);
	*at = id;
	r->n++;
	return true;
}
