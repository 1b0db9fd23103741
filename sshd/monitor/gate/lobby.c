#include "config.h"

#include <utlist.h>

#include "arrival.h"
#include "conn.h"
#include "lobby.h"
#include "monitor.h"
#include "srclimit.h"
#include "waiting.h"

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

const char *
lobby_admits(const struct conf *conf, enum pool pool, enum operator_role role)
{
	if (role != OPERATOR_ADMIN)
		return NULL;
	if (conf->admin_by_ssh == CONF_ADMIN_NO)
		return "admin-by-ssh: no login of role admin";
	if (conf->admin_by_ssh == CONF_ADMIN_OPERATOR_LISTEN &&
	    pool != POOL_OPERATORS)
		return "admin-by-ssh: role admin logs in at operator-listen "
		       "alone";
	return NULL;
}

static void
recheck_conn(struct conn *c)
{
	const char *why = lobby_admits(c->m->conf, c->pool, c->oper->role);

	if (why != NULL)
		conn_end_awaited(c, why);
}

void
lobby_recheck(struct dir_operator *op)
{
	struct conn *c, *tmp;

	DL_FOREACH_SAFE2(op->conns, c, tmp, dnext)
		recheck_conn(c);
}

void
lobby_recheck_all(struct monitor *m)
{
	struct dir_operator *op, *tmp;

	HASH_ITER(hh, m->dir.operators, op, tmp)
		lobby_recheck(op);
}

void
lobby_set_penalties(struct monitor *m, bool on)
{
	struct lobby *l;

	for (l = m->lobbies; l < m->lobbies + POOLS; l++)
		srclimit_set_penalties(l->sources, on);
}
