/*
 * A folder of its own for a test, and the stores in it.
 */
#ifndef PLACE_H
#define PLACE_H

#include <stddef.h>

#include "store.h"

struct place {
	char dir[64];
	char path[128]; /* dir/store.db, or the database's name */
	char url[256]; /* sqlite:path; or in PostgreSQL, with ETPH_PGSQL */
};

/* cmocka's setup and teardown; *state is a struct place. */
int place_make(void **state);
int place_remove(void **state);
/* End the test here, as skipped, if the place's store is no file. */
void place_sqlite_only(const struct place *);

/* Open the place's store; the test fails if it does not. */
struct store *place_open(const struct place *, unsigned int flags);

/* A device with an ed25519 key made of n, in the store; returns its id. */
int64_t place_device(struct store *, const char *name, unsigned int n);
/* A node that is alive: what is another's does not count in PostgreSQL. */
void place_node(struct store *, const char *name);
/* That key alone. */
void place_key(struct key *, unsigned int n);

#endif
