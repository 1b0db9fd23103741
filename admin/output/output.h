/*
 * A writer for people (tables) and for programs (JSON Lines, RFC 8259, one
 * object a line).  A caller names its columns once and puts one value for each;
 * what it looks like is decided here.  Bytes that are no printable ASCII come
 * out as \xNN in tables and as \uNNNN in JSON, whoever wrote them.
 *
 * 	output_table(o, columns, n);
 * 	for each record: output_text(...), output_number(...), ...
 * 	output_end(o);
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "look.h"

#define OUTPUT_COLUMNS	32

struct column {
	const char	*key;		/* in JSON; NULL: for people only */
	const char	*title;		/* in tables; NULL: JSON only */
};

struct output;

struct output	*output_new(FILE *, bool json);
void	output_free(struct output *);
bool	output_json(const struct output *);

/* From now on tables are CSV, with the columns of JSON. */
void	output_csv(struct output *);

/* As its reader is; without it any number of places fits, and no colours. */
void	output_look(struct output *, const struct look *);
const struct look	*output_looks(const struct output *);

/*
 * Only these columns of the tables that begin from now on, by key or title,
 * "a,b"; NULL: all.  output_wrong: NULL, or what is to be said because a table
 * has no such column; then nothing of it is printed.
 */
void	output_choose(struct output *, const char *columns);
const char	*output_wrong(const struct output *);

/* Each record a line. */
void	output_table(struct output *, const struct column *, size_t n);

/* Whether the store has several nodes to be told apart; at first it has not. */
void	output_nodes(struct output *, bool);
bool	output_has_nodes(const struct output *);

/* In the table just begun this column is printed for people only if chosen. */
void	output_hide(struct output *, size_t column);

/* Begins a record, a line for each column; parts may follow. */
void	output_record(struct output *, const struct column *, size_t n);

/*
 * A table that belongs to the record before: under its title, or an array
 * in the record's object.
 */
void	output_part(struct output *, const char *key, const char *title,
    const struct column *, size_t n);

/*
 * How the table or part just begun is made to fit: the keys (or titles) of its
 * columns in the order in which they are dropped, "client addr".  One with a
 * number, "reason:24", is cut to that many places before any is dropped.  Those
 * that are not named are never dropped.
 */
void	output_order(struct output *, const char *order);

/* The next column's value.  NULL and "" are "-" and null. */
void	output_text(struct output *, const char *);
void	output_number(struct output *, int64_t);
void	output_bool(struct output *, bool);
void	output_words(struct output *, const char *comma_separated);
void	output_ports(struct output *, const char *comma_separated);
void	output_time(struct output *, int64_t us); /* 0: never */
void	output_ago(struct output *, int64_t us); /* for people, ago */
void	output_span(struct output *, int64_t seconds); /* 0: not known */
/* text for people, value (its reference is taken) for programs. */
void	output_both(struct output *, const char *text, json_t *value);

/*
 * Print what is held back: for the columns' widths, and so that whose reader is
 * slow has done with the store.  Call it before waiting.
 */
void	output_flush(struct output *);

/* Has its reader gone, or its disk run full? */
bool	output_broken(const struct output *);

/* The table or record with its parts is whole. */
void	output_end(struct output *);

/* Prints a line for people; {"message": ...} for programs. */
void	output_line(struct output *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Was all of it written?  0, or -1 (a full disk, no memory). */
int	output_finish(struct output *);

#endif
