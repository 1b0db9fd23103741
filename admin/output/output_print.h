/*
 * Rows that the writer of output.h buffers, and the form of tables and records
 * for people.  For output.c alone.
 */
#ifndef OUTPUT_PRINT_H
#define OUTPUT_PRINT_H

#include "layout.h"
#include "output.h"

#define OUTPUT_DROPPED	32	/* titles that are said at the foot */

enum output_shape { TABLE, RECORD, PART };

struct output {
	FILE *fp;
	bool json;
	bool csv; /* of the rows of JSON */
	bool nodes; /* rows are told apart by their node, too */
	bool failed; /* no memory */
	enum output_shape shape;
	const struct column *columns;
	size_t n;
	size_t at; /* the next value's column */
	size_t width[OUTPUT_COLUMNS]; /* that each needs */
	struct look look;
	const char *chosen; /* "a,b", or NULL */
	char *wrong; /* what to say of a column that is not there, or NULL */
	const char *order; /* see output_order */
	struct layout all; /* before it is made to fit */
	struct layout layout;
	const char *dropped[OUTPUT_DROPPED]; /* titles, of all its tables */
	size_t ndropped;
	bool headed; /* its headings are printed */
	char **cell; /* rows held back, n each */
	size_t cells, room;
	FILE *lines; /* JSON that is held back, or NULL */
	char *text; /* its bytes */
	size_t size;
	json_t *row; /* the one being filled */
	json_t *record; /* the one that has parts */
	json_t *part; /* array of rows in record */
};

/*
 * The rows held back, fitted to the reader's width; the headings if they are
 * not printed, or are others now.
 */
void	output_print_table(struct output *);

/* The record held back: a line for each column that has a title. */
void	output_print_record(struct output *);

/* Once, at the foot of all: the titles of the columns that were dropped. */
void	output_print_foot(struct output *);

#endif
