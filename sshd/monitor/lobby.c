#include "config.h"

#include "arrival.h"
#include "lobby.h"
#include "monitor.h"
#include "srclimit.h"
#include "waiting.h"

static const char *const options[POOLS] = {
    [POOL_LISTEN] = "listen",
    [POOL_OPERATORS] = "operator-listen",
};

const char *
pool_option(enum pool pool)
{
	return options[pool];
}

const char *
pool_event(enum pool pool)
{
	return pool == POOL_LISTEN ? NULL : options[pool];
}

bool
lobby_open_all(struct monitor *m)
{
	struct lobby *l;

	for (l = m->lobbies; l < m->lobbies + POOLS; l++) {
		l->m = m;
		l->pool = (enum pool)(l - m->lobbies);
		l->sources = srclimit_new(m->conf->per_source_penalties);
		if (l->sources == NULL)
			return false;
		waiting_start(l);
	}
	return true;
}

void
lobby_empty_all(struct monitor *m)
{
	struct lobby *l;

	for (l = m->lobbies; l < m->lobbies + POOLS; l++) {
		arrival_free_all(l);
		waiting_free_all(l);
	}
}

void
lobby_free_all(struct monitor *m)
{
	struct lobby *l;

	for (l = m->lobbies; l < m->lobbies + POOLS; l++) {
		srclimit_free(l->sources);
		l->sources = NULL;
	}
}

void
lobby_set_penalties(struct monitor *m, bool on)
{
	struct lobby *l;

	for (l = m->lobbies; l < m->lobbies + POOLS; l++)
		srclimit_set_penalties(l->sources, on);
}
