/*
 * The schema's version, the size, and whether another process has written.
 */
#include "config.h"

#include <stdio.h>

#include "store_sqlite.h"

enum store_result
sqlite_version(struct store *s, int *version, int *oldest)
{
	static const char sql[] = "PRAGMA user_version";
	enum store_result r;
	int64_t n;

	if ((r = sqlite_number(s, sql, &n)) == STORE_OK)
		*version = *oldest = (int)n;
	return r;
}

enum store_result
sqlite_set_version(struct store *s, int version, int oldest)
{
	char sql[48];

	(void)oldest;
	/* A pragma takes no parameters. */
	snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", version);
	return sqlite_exec(s, sql);
}

enum store_result
sqlite_size(struct store *s, int64_t *bytes)
{
	enum store_result r;
	int64_t pages, size;

	if ((r = sqlite_number(s, "PRAGMA page_count", &pages)) == STORE_OK &&
	    (r = sqlite_number(s, "PRAGMA page_size", &size)) == STORE_OK)
		*bytes = pages * size;
	return r;
}

enum store_result
sqlite_changed(struct store *s, bool *changed)
{
	struct sqlite *q = s->db;
	int64_t now;

	if (q->version == NULL &&
	    (q->version = sqlite_prepare(s, "PRAGMA data_version")) == NULL)
		return s->result;
	if (sqlite3_step(q->version) != SQLITE_ROW) {
		sqlite3_reset(q->version);
		return sqlite_fail(s);
	}
	now = sqlite3_column_int64(q->version, 0);
	sqlite3_reset(q->version);
	*changed = now != q->seen;
	q->seen = now;
	return STORE_OK;
}
