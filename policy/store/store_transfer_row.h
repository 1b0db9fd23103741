/*
 * Rows on their way from one store to another, with any columns; and a sum of
 * rows, by which two tables are compared whatever the order of their rows.
 */
#ifndef STORE_TRANSFER_ROW_H
#define STORE_TRANSFER_ROW_H

#include "store_query.h"

#define ROW_CELLS 128 /* of all rows of a batch: what a backend takes */
#define ROW_COLUMNS 32

struct row_column {
	char name[64];
	char kind; /* i, t, b: as a backend's "columns" has it */
	bool nullable;
};

/* The sum of the hashes of rows, and how many there are. */
struct row_sum {
	uint64_t part[4];
	int64_t rows;
};

/* The cells of whole rows, with copies of their bytes. */
struct row_batch {
	struct value value[ROW_CELLS + 1];
	size_t at[ROW_CELLS]; /* of its bytes */
	size_t n;
	unsigned char *bytes;
	size_t used, size;
};

/*
 * Add the query's row, of these columns and then, for each that may be null,
 * whether it is; and add its hash to the sum.  -1: out of memory.
 */
int row_take(struct row_batch *, struct query *, const struct row_column *,
    size_t columns, struct row_sum *);
/* Its cells, as parameters of a statement: valid until the next row. */
const struct value *row_values(struct row_batch *);
void row_clear(struct row_batch *);
void row_free(struct row_batch *);

bool row_same(const struct row_sum *, const struct row_sum *);

#endif
