/*
 * The whole database: copied, kept before a migration, verified.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store_sqlite.h"

static enum store_result
sqlite_vacuum_into(struct store *s, const char *path)
{
	const struct value to[] = {
	    {.kind = VALUE_TEXT, .bytes = path}, {.kind = VALUE_END}};
	enum store_result r;
	void *statement;

	if ((statement = sqlite_prepare(s, "VACUUM INTO ?1")) == NULL)
		return s->result;
	if ((r = sqlite_bind(s, statement, to)) == STORE_OK)
		r = sqlite_step(s, statement);
	sqlite_unprepare(statement);
	return r == STORE_NONE ? STORE_OK : r;
}

enum store_result
sqlite_copy(struct store *s, const char *to)
{
	static const char *const logs[] = {"-wal", "-shm", "-journal"};
	char log[PATH_MAX + 48];
	enum store_result r;
	size_t i;

	/* SQLite would read the log of an interrupted copy into this one. */
	for (i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		snprintf(log, sizeof(log), "%s%s", to, logs[i]);
		unlink(log);
	}
	if ((r = sqlite_vacuum_into(s, to)) != STORE_OK)
		return r;
	return sqlite_file_mark(s, to);
}

enum store_result
sqlite_verify(struct store *s)
{
	static const char sql[] = "PRAGMA integrity_check(1)";
	struct sqlite *q = s->db;
	char text[100] = "";
	void *statement;

	if ((statement = sqlite_prepare(s, sql)) == NULL)
		return s->result;
	if (sqlite_step(s, statement) == STORE_OK)
		snprintf(
		    text, sizeof(text), "%s", sqlite_column_text(statement, 0));
	sqlite_unprepare(statement);
	if (strcmp(text, "ok") == 0)
		return STORE_OK;
	return store_fail(s, STORE_BROKEN, "%.100s is damaged: %s", q->path,
	    *text != '\0' ? text : "the copy cannot be read");
}

/*
 * Copied to another name and then renamed: a copy that was cut short never
 * stands there as if it were whole.
 */
enum store_result
sqlite_snapshot(struct store *s, int version)
{
	struct sqlite *q = s->db;
	char to[PATH_MAX + 32], part[PATH_MAX + 48];
	enum store_result r;

	snprintf(to, sizeof(to), "%s.schema-%d", q->path, version);
	snprintf(part, sizeof(part), "%s.part", to);
	unlink(part);
	if ((r = sqlite_vacuum_into(s, part)) != STORE_OK)
		goto out;
	if (rename(part, to) == -1) {
		r = store_fail(
		    s, STORE_FAILED, "%.150s: %s", to, strerror(errno));
		goto out;
	}
	snprintf(s->notice, sizeof(s->notice),
	    "the store was migrated from schema %d to %d; a copy of the "
	    "old one is kept in %.120s",
	    version, STORE_SCHEMA, to);
out:
	if (r != STORE_OK)
		unlink(part);
	return r;
}
