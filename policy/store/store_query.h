/*
 * How the records' SQL is run.  A statement is prepared at its first use and
 * kept with the store, by the address of its text.  Private to store*.c above
 * the backends.
 *
 *	q = store_select(s, sql, STORE_ARGS(INT(device)));
 *	while (query_row(q)) {
 *		read_record(q, &record);
 *		if (each(arg, &record) != 0)
 *			break;
 *	}
 *	return query_end_list(s, q);
 */
#ifndef STORE_QUERY_H
#define STORE_QUERY_H

#include "store_backend.h"

/*
 * A device's columns, of DEVICE_FROM.  ?1: store_nodes_since, for whether it is
 * connected.
 */
#define DEVICE_COLUMNS_N 13
#define DEVICE_COLUMNS                                                   \
	"d.id, d.name, d.alias, d.tags, d.enabled, d.created, "          \
	"n.last_seen, n.interval, n.addr, n.client, n.twice, n.places, " \
	"CASE WHEN EXISTS (SELECT 1 FROM session s JOIN node o "         \
	"ON o.name = s.node WHERE s.device = d.id AND o.alive > ?1) "    \
	"THEN 1 ELSE 0 END "
#define DEVICE_FROM "FROM device d JOIN device_seen n ON n.device = d.id "

#define INT(n)		{ .kind = VALUE_INT, .number = (int64_t)(n) }
#define TEXT(s)		{ .kind = VALUE_TEXT, .bytes = (s) }
#define BLOB(p, n)	{ .kind = VALUE_BLOB, .bytes = (p), .len = (n) }
#define STORE_ARGS(...)                                                       \
	((const struct value[]){ __VA_ARGS__, { .kind = VALUE_END } })

struct query;

/* Run the statement to its end; args NULL: it has no parameters. */
enum store_result store_run(struct store *, const char *sql,
    const struct value *args);
/*
 * Run the statement for one number: the first row's first column.  STORE_NONE:
 * no row.
 */
enum store_result store_one(struct store *, const char *sql,
    const struct value *args, int64_t *number);

/*
 * Run it for rows.  NULL on failure, which query_row takes for no row and
 * query_end returns.
 */
struct query	*store_select(struct store *, const char *sql,
    const struct value *args);
/* The same for a text that is used once, and need not last. */
struct query	*store_select_once(struct store *, const char *sql,
    const struct value *args);
/* Go to the next row.  False: there is none, or the query failed. */
bool		 query_row(struct query *);
int64_t		 query_int(struct query *, int column);
void		 query_text(struct query *, int column, char *out,
    size_t size);
/* Copy at most size bytes; returns how many. */
size_t		 query_blob(struct query *, int column, void *out,
    size_t size);
/* The cells themselves, until the next query_row; NULL: null, or nothing. */
const char	*query_text_at(struct query *, int column);
const void	*query_blob_at(struct query *, int column, size_t *len);
/* STORE_OK: the last query_row found a row; STORE_NONE: none; or a failure. */
enum store_result query_end(struct store *, struct query *);
/*
 * The result of a query for a list, which may be empty: STORE_OK, or a failure.
 */
enum store_result query_end_list(struct store *, struct query *);
void		 query_free_all(struct store *);

/* A node that was alive after this time, us since the epoch, is there. */
int64_t	 store_nodes_since(struct store *);
/*
 * The same for sessions and virtual forwards: those of the only server count,
 * dead or alive, and those of several if their node is there.
 */
int64_t	 store_rows_since(struct store *);
/* Read the columns of DEVICE_COLUMNS. */
void	 store_device_read(struct query *, struct device *);

/*
 * A transaction of one function's several statements; it joins the caller's
 * group if there is one.
 */
enum store_result store_enter(struct store *, bool *mine);
enum store_result store_leave(struct store *, bool mine, enum store_result);
/* A group in which the store is migrated; nobody else migrates it. */
enum store_result store_begin_migration(struct store *);
/*
 * Within a group: whoever makes a change waits from now on until the group's
 * end, so that what is looked up to decide a change stays as it is.
 */
enum store_result store_lock_changes(struct store *);

/*
 * Whether this may become the name of the device (0: of a new device, or of an
 * operator).  It must be allowed (name_allowed), and no other device's id or
 * alias nor an operator's name. what says in the error what the name is for.
 */
enum store_result store_name_free(struct store *, int64_t device,
    const char *what, const char *name);

/*
 * Find the device or operator that has the key, as its name; STORE_NONE: nobody
 * has it.
 */
enum store_result store_key_holder(struct store *,
    const uint8_t digest[KEY_DIGEST], char name[DEVICE_NAME],
    bool *is_device);

#endif
