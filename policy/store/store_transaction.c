#include "config.h"

#include <string.h>

#include "store_query.h"

static enum store_result
transaction_begin(struct store *s, const char *sql)
{
	enum store_result r;

	if ((r = s->backend->exec(s, sql)) == STORE_OK)
		s->grouped = true;
	return r;
}

enum store_result
store_begin(struct store *s)
{
	return transaction_begin(s, s->backend->begin);
}

enum store_result
store_begin_read(struct store *s)
{
	return transaction_begin(s, s->backend->begin_read);
}

enum store_result
store_begin_migration(struct store *s)
{
	return transaction_begin(s, s->backend->begin_migration);
}

enum store_result
store_lock_changes(struct store *s)
{
	const char *sql = s->backend->lock_changes;

	return sql != NULL ? store_run(s, sql, NULL) : STORE_OK;
}

enum store_result
store_commit(struct store *s)
{
	enum store_result r;

	if ((r = s->backend->exec(s, "COMMIT")) == STORE_OK)
		s->grouped = false;
	return r;
}

void
store_rollback(struct store *s)
{
	char error[STORE_ERROR];
	enum store_result result = s->result;

	if (!s->grouped)
		return;
	/* The reason for it is what people want to read. */
	memcpy(error, s->error, sizeof(error));
	s->backend->exec(s, "ROLLBACK");
	memcpy(s->error, error, sizeof(error));
	s->result = result;
	s->grouped = false;
}

enum store_result
store_enter(struct store *s, bool *mine)
{
	*mine = !s->grouped;
	return *mine ? store_begin(s) : STORE_OK;
}

enum store_result
store_leave(struct store *s, bool mine, enum store_result r)
{
	if (mine && r == STORE_OK)
		r = store_commit(s);
	if (mine && r != STORE_OK)
		store_rollback(s);
	return r;
}
