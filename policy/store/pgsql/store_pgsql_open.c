#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "store_pgsql.h"

#define PATIENCE_SERVER 2000 /* ms; the keeper serves others, too */
#define PATIENCE 30000

/* Other programs' tables are theirs; an empty database may become a store. */
static enum store_result
open_check_ours(struct store *s)
{
	static const char tables[] =
	    "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND "
	    "relnamespace = to_regnamespace(current_schema())";
	struct pgsql *q = s->db;
	enum store_result r;
	int version, oldest;
	int64_t n;

	if ((r = pgsql_version(s, &version, &oldest)) != STORE_OK ||
	    version > 0)
		return r;
	if ((r = pgsql_number(s, tables, &n)) != STORE_OK)
		return r;
	if (n > 0)
		return store_fail(s, STORE_BROKEN,
		    "%.90s is a database of another program", q->place);
	if (s->flags & STORE_CREATE)
		return STORE_OK;
	return store_fail(s, STORE_DENIED,
	    "no store in PostgreSQL at %.90s "
	    "yet",
	    q->place);
}

enum store_result
pgsql_load(struct store *s)
{
	char why[128];

	return pgsql_libpq_load(why, sizeof(why))
		   ? STORE_OK
		   : store_fail(s, STORE_FAILED, "%s", why);
}

enum store_result
pgsql_open(struct store *s, const char *where)
{
	size_t size = strlen(s->backend->scheme) + strlen(where) + 1;
	struct pgsql *q;
	enum store_result r;

	if ((q = calloc(1, sizeof(*q))) == NULL ||
	    (q->url = malloc(size)) == NULL) {
		free(q);
		return store_fail(s, STORE_FAILED, "out of memory");
	}
	s->db = q;
	snprintf(q->url, size, "%s%s", s->backend->scheme, where);
	q->watch = q->wake = q->timer = -1;
	q->patience = s->flags & STORE_SERVER ? PATIENCE_SERVER : PATIENCE;
	if ((r = pgsql_load(s)) != STORE_OK)
		return r;
	if (strncmp(where, "//", 2) != 0)
		return store_fail(s, STORE_DENIED,
		    "the store's address must be %s", s->backend->address);
	if ((r = pgsql_ready(s)) != STORE_OK)
		return r;
	return open_check_ours(s);
}

void
pgsql_close(struct store *s)
{
	struct pgsql *q = s->db;

	if (q == NULL)
		return;
	pgsql_disconnect(s);
	if (q->watch != -1)
		close(q->watch);
	if (q->wake != -1)
		close(q->wake);
	if (q->timer != -1)
		close(q->timer);
	free(q->url);
	free(q);
	s->db = NULL;
}
