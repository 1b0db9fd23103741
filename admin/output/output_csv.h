/*
 * Rows as CSV (RFC 4180): the columns that JSON has, by their keys.
 */
#ifndef OUTPUT_CSV_H
#define OUTPUT_CSV_H

#include <jansson.h>
#include <stdio.h>

#include "output.h"

/* Print the names of the columns, or a row of them. Returns 0, or -1. */
int	csv_names(FILE *, const struct column *, size_t n);
int	csv_row(FILE *, const struct column *, size_t n, const json_t *row);

#endif
