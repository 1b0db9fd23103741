/*
 * Inside the store: what a backend offers, and the few functions by which the
 * records' SQL is run on any of them.  Private to store*.c.
 *
 * SQL is written once for all backends: parameters are ?1, ?2, ...; a row's
 * new number comes by RETURNING.  A statement is prepared at its first use and
 * kept with the store, by the address of its text.
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
#define INT(n)		{ .kind = VALUE_INT, .number = (int64_t)(n) }
#define TEXT(s)		{ .kind = VALUE_TEXT, .bytes = (s) }
#define BLOB(p, n)	{ .kind = VALUE_BLOB, .bytes = (p), .len = (n) }
#define NIL		{ .kind = VALUE_NULL }
#define STORE_ARGS(...)                                                       \
	((const struct value[]){ __VA_ARGS__, { .kind = VALUE_END } })

struct backend {
	const char	*scheme;	/* "sqlite:" */
	const char	*begin;		/* a transaction that writes */
	const char	*begin_read;	/* one that sees a single moment */
	enum store_result (*open)(struct store *, const char *where,
	    unsigned int flags);
	void		 (*close)(struct store *);
	/* SQL without parameters or rows, several statements if need be. */
	enum store_result (*exec)(struct store *, const char *sql);
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
	/* The schema's version; 0: nothing in it yet. */
	enum store_result (*version)(struct store *, int *version);
	enum store_result (*set_version)(struct store *, int version);
	/* Keep a copy as it is, and say in s->notice where. */
	enum store_result (*snapshot)(struct store *, int version);
	enum store_result (*copy)(struct store *, const char *to);
	enum store_result (*verify)(struct store *);
	/* Take the server's lock of what is at where. */
	enum store_result (*hold)(struct store *, const char *where, int *lock);
	enum store_result (*alive)(struct store *);
	enum store_result (*changed)(struct store *, bool *changed);
	int		 (*watch)(struct store *);
	void		 (*watch_drain)(struct store *);
	bool		 (*server_runs)(struct store *);
	enum store_result (*limit)(struct store *, const struct oper *);
};
extern const struct backend store_sqlite;

struct migration {
	int		 version;
	const char	*name;
	const char	*sql;
};
/* In order, ended by a NULL name; made from schema/ at build time. */
extern const struct migration store_migrations[];

struct store {
	const struct backend	*backend;
	void			*db;		/* the backend's */
	struct query		*queries;	/* prepared */
	unsigned int		 flags;
	bool			 grouped;	/* between begin and commit */
	enum store_result	 result;	/* of the last failure */
	char			 error[STORE_ERROR];
	char			 notice[STORE_ERROR];
};

/* Note why it failed; returns result. */
enum store_result store_fail(struct store *, enum store_result,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Run it to its end; args NULL: none. */
enum store_result store_run(struct store *, const char *sql,
    const struct value *args);
/* Run it for one number: the first row's first column.  STORE_NONE: no row. */
enum store_result store_one(struct store *, const char *sql,
    const struct value *args, int64_t *number);

/*
 * Run it for rows: query_next until it is not STORE_OK, then query_end
 * (NULL is accepted).  store_select returns NULL on failure: see s->result.
 */
struct query	*store_select(struct store *, const char *sql,
    const struct value *args);
enum store_result query_next(struct query *);
int64_t		 query_int(struct query *, int column);
void		 query_text(struct query *, int column, char *out,
    size_t size);
/* Copies at most size bytes; returns how many. */
size_t		 query_blob(struct query *, int column, void *out,
    size_t size);
void		 query_end(struct query *);
void		 query_free_all(struct store *);

/*
 * A transaction of one function's several statements, which joins the
 * caller's group when there is one.
 */
enum store_result store_enter(struct store *, bool *mine);
enum store_result store_leave(struct store *, bool mine, enum store_result);

/*
 * May this become the name of the device (0: of a new device, or of an
 * operator)?  It has to be allowed (name_allowed), and no other device's id or
 * alias nor an operator's name.  what says in the error what it is to be.
 */
enum store_result store_name_free(struct store *, int64_t device,
    const char *what, const char *name);

#endif
