/*
 * Inside the PostgreSQL backend: one connection of libpq.  Nothing in it waits
 * for longer than its patience.  A connection that was lost is opened anew at
 * the next use, unless a group is open or the store is limited; statements are
 * then prepared anew.  Private to store_pgsql*.c, but for the table of the
 * backend.
 */
#ifndef STORE_PGSQL_H
#define STORE_PGSQL_H

#include "store_backend.h"
#include "store_pgsql_libpq.h"

/* Types of pg_type.h, which have had these numbers for ever. */
#define PGSQL_BYTEA	17
#define PGSQL_INT8	20
#define PGSQL_TEXT	25

#define PGSQL_PARAMS	160		/* of a statement; FLEET_SQL_ARGS */

/* Advisory locks: the first is ours, "ETPH". */
#define PGSQL_LOCK	"1163153480"
#define PGSQL_LOCK_SERVER PGSQL_LOCK ", 1"	/* shared: a server runs */
#define PGSQL_LOCK_MIGRATE PGSQL_LOCK ", 2"

/* The last change's number: see change_number in 011_start.sql. */
#define PGSQL_LAST_CHANGE                                     \
	"GREATEST ((SELECT seq FROM change_counter), (SELECT max(seq) FROM change))"

struct pgsql_statement;

struct pgsql {
	PGconn		*db;		/* NULL: lost */
	char		*url;
	char		 place[96];	/* "db1:5432/et", for people */
	size_t		 host;		/* of the URL's: the next to try */
	int64_t		 again;		/* ms: not before is it tried again */
	int		 patience;	/* ms for the server's next word */
	bool		 patient;	/* within a migration */
	bool		 ended;		/* by the server, which said so */
	bool		 limited;	/* by pgsql_limit: sealed */
	unsigned int	 generation;	/* of the connection; 0: none yet */
	unsigned int	 names;		/* of statements, given out */
	struct pgsql_statement *active;	/* whose rows are on their way */
	enum store_result (*settle)(struct store *); /* take those in */
	/* The watch: an epoll(7) of the connection, of wake and of timer. */
	int		 watch;
	int		 wake;		/* eventfd(2): notified */
	int		 timer;		/* timerfd(2); -1 for a server */
	bool		 notified;	/* or connected anew */
	int64_t		 seen;		/* the last change's number */
	int64_t		 looked;	/* ms: last said to have changed */
};

/* PostgreSQL's migrations; made from policy/schema/pgsql at build time. */
extern const struct migration pgsql_migrations[];

/* ms of a clock that is never set. */
int64_t		 pgsql_now(void);

/* --- errors: each notes its text and returns a result --- */

/* The result is that of a command that failed.  It is freed. */
enum store_result pgsql_failed(struct store *, PGresult *);
/* What it says of why no connection was made. */
enum store_result pgsql_refused(struct store *, PGconn *);
/* Whether no connection is made after the one that there was. */
bool		 pgsql_is_last(const struct store *);
/* The connection is of no more use, and is closed. */
enum store_result pgsql_lost(struct store *, const char *why);
/* Copy the first line of a message of libpq. */
void		 pgsql_line(const char *message, char *out, size_t size);

/* --- the connection --- */

/* Have a connection, by a new one if need be; the last rows are taken in. */
enum store_result pgsql_ready(struct store *);
/* A new connection, of which nothing is said to the server yet. */
enum store_result pgsql_connect(struct store *);
void		 pgsql_disconnect(struct store *);
/* Listen anew on a new connection, if the store is watched. */
enum store_result pgsql_listen(struct store *);
/* Have the watch look at a descriptor, too. */
bool		 pgsql_watch_add(struct pgsql *, int fd);
/* Take what was notified from libpq. */
void		 pgsql_notices(struct pgsql *);

/* --- results --- */

/*
 * The next result of what was sent; *out NULL: the end of a command's.  A
 * failure is that of the connection.
 */
enum store_result pgsql_next(struct store *, PGresult **out);
/*
 * All results up to the end of one command: the last one, or the first that is
 * an error; NULL on failure, as s->result says.
 */
PGresult	*pgsql_finish(struct store *);
/* A statement without parameters, for the first column of its one row. */
enum store_result pgsql_number(struct store *, const char *sql,
    int64_t *number);
/* Several statements, for the last one's result; NULL on failure. */
PGresult	*pgsql_query(struct store *, const char *sql);

/* --- cells, binary --- */
int64_t		 pgsql_integer(const char *bytes, size_t len);

/* --- rows that are kept, while another statement runs --- */
struct pgsql_row;
struct pgsql_rows {
	struct pgsql_row *first, *last;
};
/* False: out of memory. */
bool		 pgsql_row_keep(struct pgsql_rows *, const PGresult *, int row);
/* Drop the first row. */
void		 pgsql_row_drop(struct pgsql_rows *);
/* A column of the first row; NULL: it is null, or there is none such. */
const char	*pgsql_row_cell(const struct pgsql_rows *, int column,
    size_t *len);

/* --- text --- */

/* A copy with $1 for ?1; NULL: out of memory. */
char		*pgsql_text_numbered(const char *sql);
/* Whether it is UTF-8, which is all that the database takes. */
bool		 pgsql_text_valid(const char *);
/* A copy with ? for each byte that is not ASCII; NULL: out of memory. */
char		*pgsql_text_plain(const char *);
/* Replace each a in text (of this size) by b; false: there is no room. */
bool		 pgsql_text_replace(char *text, size_t size, const char *a,
    const char *b);

/* --- tables of struct store_backend --- */

extern const struct store_whole pgsql_whole;
/* SQL of heartbeats. */
extern const struct store_beats pgsql_beats;
extern const struct store_fact pgsql_facts[];

/* --- the functions of struct store_backend --- */

enum store_result pgsql_load(struct store *);
enum store_result pgsql_open(struct store *, const char *where);
void		 pgsql_close(struct store *);
enum store_result pgsql_hold(struct store *, const char *where, int *lock);
bool		 pgsql_server_runs(struct store *);
enum store_result pgsql_exec(struct store *, const char *sql);
void		*pgsql_prepare(struct store *, const char *sql);
void		 pgsql_unprepare(void *statement);
enum store_result pgsql_bind(struct store *, void *statement,
    const struct value *);
enum store_result pgsql_step(struct store *, void *statement);
void		 pgsql_reset(void *statement);
int64_t		 pgsql_column_int(void *statement, int column);
const char	*pgsql_column_text(void *statement, int column);
const void	*pgsql_column_blob(void *statement, int column, size_t *len);
enum store_result pgsql_version(struct store *, int *version, int *oldest);
enum store_result pgsql_set_version(struct store *, int version, int oldest);
enum store_result pgsql_snapshot(struct store *, int version);
enum store_result pgsql_size(struct store *, int64_t *bytes);
enum store_result pgsql_copy(struct store *, const char *to);
enum store_result pgsql_verify(struct store *);
enum store_result pgsql_same(struct store *);
enum store_result pgsql_changed(struct store *, bool *changed);
int		 pgsql_watch(struct store *);
void		 pgsql_watch_drain(struct store *);
enum store_result pgsql_limit(struct store *, const struct oper *);

#endif
