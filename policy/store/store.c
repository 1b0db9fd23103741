#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store_query.h"

static const struct store_backend *const backends[] = {
    &store_sqlite,
#ifdef HAVE_POSTGRESQL
    &store_pgsql,
#endif
};
#define BACKENDS (sizeof(backends) / sizeof(backends[0]))

static const struct store_backend *
backend_of(const char *url)
{
	size_t i;

	for (i = 0; i < BACKENDS; i++)
		if (strncmp(url, backends[i]->scheme,
			strlen(backends[i]->scheme)) == 0)
			return backends[i];
	return NULL;
}

static enum store_result
url_refused(const char *url, char error[STORE_ERROR])
{
	size_t i;
	int n;

	/* There may be a password in it. */
	if (strncmp(url, "postgresql:", strlen("postgresql:")) == 0) {
		snprintf(error, STORE_ERROR,
		    "this build has no PostgreSQL: configure it with "
		    "--with-postgresql");
		return STORE_FAILED;
	}
	n = snprintf(error, STORE_ERROR, "%.128s: not a store: write", url);
	for (i = 0; i < BACKENDS; i++)
		n += snprintf(error + n, STORE_ERROR - (size_t)n, "%s %s",
		    i > 0 ? " or" : "", backends[i]->address);
	return STORE_FAILED;
}

static enum store_result
store_check_version(struct store *s, int version, int oldest)
{
	if (version > STORE_SCHEMA && oldest <= STORE_SCHEMA)
		return STORE_OK;
	if (version > STORE_SCHEMA)
		return store_fail(s, STORE_NEWER,
		    "the store was written by a newer version (schema %d, this "
		    "program knows %d): upgrade this program",
		    version, STORE_SCHEMA);
	if (version > 0 && (s->flags & STORE_AS_IS))
		return STORE_OK;
	if (version < STORE_SCHEMA &&
	    !(s->flags & (STORE_SERVER | STORE_MIGRATE)))
		return store_fail(s, STORE_FAILED,
		    "the store is of an older version (schema %d, this program "
		    "needs %d): start et-sshd, which migrates it",
		    version, STORE_SCHEMA);
	if (version < STORE_SCHEMA && !(s->flags & STORE_SERVER) &&
	    s->backend->server_runs(s))
		return store_fail(s, STORE_TAKEN,
		    "an older et-sshd is running on this store: restart it, "
		    "which migrates the store");
	return STORE_OK;
}

/* In one transaction: another process may have migrated it since. */
static enum store_result
store_run_migrations(struct store *s)
{
	const struct migration *m;
	enum store_result r;
	int version, oldest;

	if ((r = store_begin_migration(s)) != STORE_OK)
		return r;
	if ((r = s->backend->version(s, &version, &oldest)) != STORE_OK)
		goto out;
	for (m = s->backend->migrations; m->name != NULL; m++) {
		if (m->version <= version)
			continue;
		if ((r = s->backend->exec(s, m->sql)) != STORE_OK)
			goto out;
		if (m->oldest != 0)
			oldest = m->oldest;
		if ((r = s->backend->set_version(s, m->version, oldest)) !=
		    STORE_OK)
			goto out;
	}
	r = store_commit(s);
out:
	if (r != STORE_OK)
		store_rollback(s);
	return r;
}

static enum store_result
store_migrate(struct store *s)
{
	enum store_result r;
	int version, oldest;

	if ((r = s->backend->version(s, &version, &oldest)) != STORE_OK ||
	    (r = store_check_version(s, version, oldest)) != STORE_OK)
		return r;
	if (version >= STORE_SCHEMA || (s->flags & STORE_AS_IS))
		return STORE_OK;
	if (version > 0 && (r = s->backend->snapshot(s, version)) != STORE_OK)
		return r;
	return store_run_migrations(s);
}

enum store_result
store_open(struct store **out, const char *url, unsigned int flags,
    char error[STORE_ERROR])
{
	const struct store_backend *b;
	struct store *s;
	enum store_result r;

	*out = NULL;
	error[0] = '\0';
	if ((b = backend_of(url)) == NULL)
		return url_refused(url, error);
	if ((s = calloc(1, sizeof(*s))) == NULL) {
		snprintf(error, STORE_ERROR, "out of memory");
		return STORE_FAILED;
	}
	s->backend = b;
	s->flags = flags;
	if ((r = b->open(s, url + strlen(b->scheme))) != STORE_OK ||
	    (r = store_migrate(s)) != STORE_OK)
		goto out;
	*out = s;
	return STORE_OK;
out:
	snprintf(error, STORE_ERROR, "%s", s->error);
	store_close(s);
	return r;
}

enum store_result
store_load(const char *url, char error[STORE_ERROR])
{
	const struct store_backend *b = backend_of(url);
	struct store s = {.backend = b};
	enum store_result r;

	error[0] = '\0';
	if (b == NULL)
		return url_refused(url, error);
	if (b->load == NULL)
		return STORE_OK;
	r = b->load(&s);
	snprintf(error, STORE_ERROR, "%s", s.error);
	return r;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	query_free_all(s);
	s->backend->close(s);
	free(s);
}

enum store_result
store_alive(struct store *s)
{
	enum store_result r;
	int64_t seq;

	if ((r = store_seq(s, &seq)) != STORE_OK)
		return r;
	return s->backend->same(s);
}

bool
store_shared(const struct store *s)
{
	return s->backend->shared;
}

static int64_t
store_reads(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return ts.tv_sec * INT64_C(1000000) + ts.tv_nsec / 1000;
}

int64_t
store_steady(void)
{
	return store_reads(CLOCK_BOOTTIME);
}

int64_t
store_clock(const struct store *s)
{
	return s->offset != 0 ? store_steady() + s->offset
			      : store_reads(CLOCK_REALTIME);
}

int64_t
store_nodes_since(struct store *s)
{
	return store_clock(s) - STORE_NODE_GONE;
}

int64_t
store_rows_since(struct store *s)
{
	return s->backend->shared ? store_nodes_since(s) : -1;
}

enum store_result
store_changed(struct store *s, bool *changed)
{
	return s->backend->changed(s, changed);
}

int
store_watch(struct store *s)
{
	return s->backend->watch(s);
}

void
store_watch_drain(struct store *s)
{
	s->backend->watch_drain(s);
}

bool
store_url_shared(const char *url)
{
	const struct store_backend *b = backend_of(url);

	return b != NULL && b->shared;
}

unsigned int
store_connects(const struct store *s)
{
	return s->connects;
}

bool
store_server_runs(struct store *s)
{
	return s->backend->server_runs(s);
}

enum store_result
store_limit(struct store *s, const struct oper *who)
{
	return s->backend->limit(s, who);
}

enum store_result
store_schema(struct store *s, int *version)
{
	int oldest;

	return s->backend->version(s, version, &oldest);
}

enum store_result
store_oldest(struct store *s, int *oldest)
{
	int version;

	return s->backend->version(s, &version, oldest);
}

enum store_result
store_facts(
    struct store *s, int (*each)(void *, const char *, const char *), void *arg)
{
	const struct store_fact *f;
	char is[STORE_ERROR];
	struct query *q;

	for (f = s->backend->facts; f->name != NULL; f++) {
		q = store_select(s, f->sql, NULL);
		*is = '\0';
		if (query_row(q))
			query_text(q, 0, is, sizeof(is));
		if (query_end_list(s, q) != STORE_OK)
			return s->result;
		if (each(arg, f->name, is) != 0)
			break;
	}
	return STORE_OK;
}

enum store_result
store_execute(const char *url, const char *const *sql,
    int (*told)(void *, const char *, const char *), void *arg,
    char error[STORE_ERROR])
{
	const struct store_backend *b = backend_of(url);
	struct store *s;
	enum store_result r;

	*error = '\0';
	if (b == NULL || !b->shared)
		return url_refused(url, error);
	if ((s = calloc(1, sizeof(*s))) == NULL) {
		snprintf(error, STORE_ERROR, "out of memory");
		return STORE_FAILED;
	}
	s->backend = b;
	s->flags = STORE_CREATE;
	/* STORE_BROKEN: it is connected, to another program's database. */
	r = b->open(s, url + strlen(b->scheme));
	if (r == STORE_BROKEN)
		r = STORE_OK;
	snprintf(error, STORE_ERROR, "%s", r == STORE_OK ? "" : s->error);
	for (; r == STORE_OK && *sql != NULL; sql++)
		if (told(arg, *sql,
			b->exec(s, *sql) == STORE_OK ? NULL : s->error) != 0)
			break;
	store_close(s);
	return r;
}

enum store_result
store_size(struct store *s, int64_t *bytes)
{
	return s->backend->size(s, bytes);
}

enum store_result
store_copy(struct store *s, const char *path)
{
	return s->backend->copy(s, path);
}

enum store_result
store_verify(struct store *s)
{
	return s->backend->verify(s);
}

enum store_result
store_hold(const char *url, int *lock, char error[STORE_ERROR])
{
	const struct store_backend *b = backend_of(url);
	struct store s = {.backend = b};
	enum store_result r;

	*lock = -1;
	if (b == NULL)
		return url_refused(url, error);
	r = b->hold(&s, url + strlen(b->scheme), lock);
	snprintf(error, STORE_ERROR, "%s", s.error);
	return r;
}
