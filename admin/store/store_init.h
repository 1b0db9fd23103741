/*
 * The statements that make a database of PostgreSQL for a store: a role that
 * writes and owns it, one that only reads it, and what each may do.  No role
 * is a superuser.
 */
#ifndef STORE_INIT_H
#define STORE_INIT_H

#include "admin.h"

#define STORE_INIT_ROLE 64
#define STORE_INIT_MOST 32
#define STORE_INIT_SQL 320

struct store_init {
	char writer[STORE_INIT_ROLE];
	char reader[STORE_INIT_ROLE];
	char database[STORE_INIT_ROLE];
	/* The first are for any database, the others for the new one. */
	char sql[STORE_INIT_MOST][STORE_INIT_SQL];
	size_t first, n;
};

/*
 * Fill in the statements for the store at url; reader "": the writer's name
 * with "-reader".  ADMIN_FAILED, ADMIN_USAGE: that has been said.
 */
enum admin_exit store_init_make(
    struct store_init *, const char *url, const char *reader);

/* Print them, for psql(1). */
void store_init_print(const struct store_init *, FILE *);

/*
 * Execute them, logged in as this role, one by one; what is there already
 * stays.  url has the file of passwords.
 */
enum admin_exit store_init_run(
    const struct store_init *, const char *url, const char *role);

#endif
