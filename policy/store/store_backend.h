/*
 * The wall between the store and its backends.  A backend is a table of
 * functions and of the SQL that only it can run; store.c picks one by the
 * scheme of the URL.  Above the wall no file names a backend, and a backend
 * calls nothing of ours but store_fail and store_view_at.
 *
 * A backend has a folder, a row in store.c and migrations of its own, of the
 * same numbers.  Statements in store_*.c are
 * run by every backend, so they keep to the SQL that SQLite and PostgreSQL
 * share: ON CONFLICT and not OR REPLACE, CASE and not the two-argument max,
 * a name for each subquery.  A statement that a backend needs in words of its
 * own becomes a member of struct store_backend.
 */
#ifndef STORE_BACKEND_H
#define STORE_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store.h"

/* A parameter: STORE_ARGS(INT(7), TEXT("x"), BLOB(p, n), NIL). */
struct value {
	enum { VALUE_END, VALUE_INT, VALUE_TEXT, VALUE_BLOB, VALUE_NULL } kind;
	int64_t		 number;
	const void	*bytes;		/* must last until the query has run */
	size_t		 len;
};

struct migration {
	int		 version;
	int		 oldest;	/* schema that can use it; 0: as before */
	const char	*name;
	const char	*sql;
};

/*
 * A store as tables of any kind, for store_transfer.h.  Statements are SELECTs
 * but for set_last.
 */
struct store_whole {
	const char	*patient;	/* what takes long is not ended; NULL */
	const char	*tables;	/* the name of each */
	/* ?1: a table.  Name; i, t or b (bytes); 1 if it may be null, or 0. */
	const char	*columns;
	/* Tables whose next number is the last one's, even if that is gone. */
	const char	*numbered;
	const char	*last;		/* ?1: such a table */
	const char	*set_last[2];	/* ?1, ?2: the number; run both */
	/* What ALTER TABLE is told before rows come, and after; or NULL. */
	const char	*triggers[2];
};

/*
 * Heartbeats in groups; arrays are texts, "{1,2}".  A group has a row of its own
 * with the last one's number, and each device has a ring of times.
 */
struct store_beats {
	/* ?1: devices.  id, health, interval, gap1, gap2, beats, last_seen */
	const char	*before;
	/*
	 * ?1 to ?11: devices, and of each beats, last_seen, interval, gap1,
	 * gap2, 1 if the ring begins anew, its new value, addr, client, health.
	 */
	const char	*seen;
	/* ?1 to ?9: partition, how many, us; and struct heartbeat's. */
	const char	*put;
	const char	*drop;		/* ?1: us; what is old goes */
	const char	*times;		/* ?1: device.  Ring, beats, last_seen */
	/* As heartbeat_select. */
	const char	*of_all, *of_device;
};

/* SQL for one text that people read; one that begins with ! is wrong. */
struct store_fact {
	const char	*name;
	const char	*sql;
};

struct store_backend {
	const char	*scheme;	/* "sqlite:" */
	const char	*address;	/* "sqlite:/path", as people write it */
	bool		 shared;	/* several servers run on it */
	/* SQL of its own. */
	const char	*begin;		/* a transaction that writes */
	const char	*begin_read;	/* one that sees a single moment */
	const char	*begin_migration; /* one that migrates, alone */
	/* NULL: begin keeps all others from writing. */
	const char	*lock_changes;
	const struct store_whole *whole;
	const struct store_fact *facts; /* to a NULL name */
	const struct migration *migrations; /* in order, to a NULL name */
	/*
	 * Of a shared store: 1 if the connection has the lock of the name ?1,
	 * which ends with it, or could take it.
	 */
	const char	*lock;
	const char	*lineage;	/* as store_lineage; or NULL */
	/* NULL: each heartbeat is written by itself, into a ring of rows. */
	const struct store_beats *beats;

	/* Have the backend's library; NULL: it is linked. */
	enum store_result (*load)(struct store *);
	/* where: the URL after the scheme.  A failure leaves it to close. */
	enum store_result (*open)(struct store *, const char *where);
	void		 (*close)(struct store *);
	/* Take the server's lock of what is at where. */
	enum store_result (*hold)(struct store *, const char *where, int *lock);
	bool		 (*server_runs)(struct store *);

	/* SQL without parameters or rows, several statements if need be. */
	enum store_result (*exec)(struct store *, const char *sql);
	/* NULL: s->result says why.  Parameters are ?1, ?2, ... */
	void		*(*prepare)(struct store *, const char *sql);
	void		 (*unprepare)(void *statement);
	enum store_result (*bind)(struct store *, void *statement,
	    const struct value *);
	/* STORE_OK: a row; STORE_NONE: no more. */
	enum store_result (*step)(struct store *, void *statement);
	void		 (*reset)(void *statement);
	int64_t		 (*column_int)(void *statement, int column);
	const char	*(*column_text)(void *statement, int column);
	const void	*(*column_blob)(void *statement, int column,
	    size_t *len);

	/*
	 * The schema's version, 0: nothing in it yet; and the oldest schema
	 * whose programs can use it.
	 */
	enum store_result (*version)(struct store *, int *version,
	    int *oldest);
	enum store_result (*set_version)(struct store *, int version,
	    int oldest);
	/* Keep a copy of the store as it is, and note its path in s->notice. */
	enum store_result (*snapshot)(struct store *, int version);
	enum store_result (*size)(struct store *, int64_t *bytes);
	enum store_result (*copy)(struct store *, const char *to);
	enum store_result (*verify)(struct store *);
	/* Whether the database is still the one that was opened. */
	enum store_result (*same)(struct store *);
	/* As store_changed, store_watch, store_watch_drain, store_limit. */
	enum store_result (*changed)(struct store *, bool *changed);
	int		 (*watch)(struct store *);
	void		 (*watch_drain)(struct store *);
	enum store_result (*limit)(struct store *, const struct oper *);
};

struct store {
	const struct store_backend *backend;
	void			*db;		/* the backend's */
	struct query		*queries;	/* prepared */
	unsigned int		 flags;
	bool			 grouped;	/* between begin and commit */
	int64_t			 offset;	/* us: its clock before
						   store_steady; 0: it has none */
	int64_t			 beats_hour;	/* when old ones were dropped */
	unsigned int		 connects;	/* of a shared one, so far */
	enum store_result	 result;	/* of the last failure */
	char			 error[STORE_ERROR];
	char			 notice[STORE_ERROR];
};

/* The backends there are. */
extern const struct store_backend store_sqlite, store_pgsql;

/* us, by the clock that goes on however this machine's date is set. */
int64_t store_steady(void);

/* Note why the call failed; returns result. */
enum store_result store_fail(struct store *, enum store_result,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
