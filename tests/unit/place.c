#include "config.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_POSTGRESQL
#include <libpq-fe.h>
#endif

#include "place.h"
#include "unit.h"

#ifdef HAVE_POSTGRESQL
/* A database of its own, at the server that ETPH_PGSQL has the URL of. */
static void
place_database(struct place *p, const char *server)
{
	static unsigned int made;
	char sql[96], url[192];
	PGresult *result;
	PGconn *db;

	snprintf(url, sizeof(url), "%.128s/postgres", server);
	snprintf(
	    p->path, sizeof(p->path), "unit_%ld_%u", (long)getpid(), ++made);
	snprintf(sql, sizeof(sql), "CREATE DATABASE %.64s", p->path);
	db = PQconnectdb(url);
	result = PQexec(db, sql);
	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		fail_msg("%s: %s", url, PQerrorMessage(db));
	PQclear(result);
	PQfinish(db);
	snprintf(p->url, sizeof(p->url), "%.128s/%.64s", server, p->path);
}
#endif

void
place_sqlite_only(const struct place *p)
{
	if (strncmp(p->url, "sqlite:", 7) != 0)
		skip();
}

int
place_make(void **state)
{
	const char *tmp = getenv("TMPDIR");
	struct place *p;

	if ((p = calloc(1, sizeof(*p))) == NULL)
		return -1;
	snprintf(p->dir, sizeof(p->dir), "%.40s/et-unit-XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(p->dir) == NULL) {
		free(p);
		return -1;
	}
	snprintf(p->path, sizeof(p->path), "%s/store.db", p->dir);
	snprintf(p->url, sizeof(p->url), "sqlite:%s", p->path);
#ifdef HAVE_POSTGRESQL
	if (getenv("ETPH_PGSQL") != NULL)
		place_database(p, getenv("ETPH_PGSQL"));
#endif
	*state = p;
	return 0;
}

int
place_remove(void **state)
{
	struct place *p = *state;
	char name[512];
	struct dirent *e;
	DIR *d;

	if ((d = opendir(p->dir)) != NULL) {
		while ((e = readdir(d)) != NULL) {
			if (e->d_name[0] == '.')
				continue;
			snprintf(
			    name, sizeof(name), "%s/%s", p->dir, e->d_name);
			unlink(name);
		}
		closedir(d);
	}
	rmdir(p->dir);
	free(p);
	return 0;
}

struct store *
place_open(const struct place *p, unsigned int flags)
{
	char error[STORE_ERROR];
	struct store *s;

	if (store_open(&s, p->url, flags, error) != STORE_OK)
		fail_msg("%s: %s", p->url, error);
	return s;
}

void
place_key(struct key *k, unsigned int n)
{
	uint8_t blob[51] = "\0\0\0\013ssh-ed25519\0\0\0\040";

	memcpy(blob + 19, &n, sizeof(n));
	assert_int_equal(key_parse_blob(k, blob, sizeof(blob)), KEY_OK);
	k->created = 1;
}

int64_t
place_device(struct store *s, const char *name, unsigned int n)
{
	struct device d = {.enabled = true, .created = 1};
	struct key k;

	snprintf(d.name, sizeof(d.name), "%s", name);
	place_key(&k, n);
	if (store_device_add(s, &d, &k) != STORE_OK)
		fail_msg("%s: %s", name, store_error(s));
	return d.id;
}

void
place_node(struct store *s, const char *name)
{
	struct node n = {.pid = 7};

	snprintf(n.name, sizeof(n.name), "%s", name);
	assert_int_equal(store_node_put(s, &n), STORE_OK);
}
