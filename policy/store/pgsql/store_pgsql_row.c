/*
 * Rows that are kept.  A list is read one row at a time, as it comes.  When
 * another statement is run before its end, as it may be, the connection has to
 * be free for that one: the rest of the list is taken in and kept here.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "store_pgsql.h"

struct pgsql_row {
	struct pgsql_row *next;
	int columns;
	uint32_t len[]; /* then the cells, each with a NUL; ROW_NULL: null */
};
#define ROW_NULL UINT32_MAX

bool
pgsql_row_keep(struct pgsql_rows *rows, const PGresult *result, int row)
{
	int i, n = PQnfields(result);
	size_t size = sizeof(struct pgsql_row) + (size_t)n * sizeof(uint32_t);
	struct pgsql_row *r;
	char *cell;
	size_t len;

	for (i = 0; i < n; i++)
		size += (size_t)PQgetlength(result, row, i) + 1;
	if ((r = malloc(size)) == NULL)
		return false;
	r->next = NULL;
	r->columns = n;
	cell = (char *)&r->len[n];
	for (i = 0; i < n; i++) {
		len = (size_t)PQgetlength(result, row, i);
		memcpy(cell, PQgetvalue(result, row, i), len);
		cell[len] = '\0';
		cell += len + 1;
		r->len[i] =
		    PQgetisnull(result, row, i) ? ROW_NULL : (uint32_t)len;
	}
	if (rows->first == NULL)
		rows->first = r;
	else
		rows->last->next = r;
	rows->last = r;
	return true;
}

void
pgsql_row_drop(struct pgsql_rows *rows)
{
	struct pgsql_row *r = rows->first;

	rows->first = r->next;
	free(r);
}

const char *
pgsql_row_cell(const struct pgsql_rows *rows, int column, size_t *len)
{
	const struct pgsql_row *r = rows->first;
	const char *cell = (const char *)&r->len[r->columns];
	int i;

	*len = 0;
	if (column >= r->columns || r->len[column] == ROW_NULL)
		return NULL;
	for (i = 0; i < column; i++)
		cell += (r->len[i] == ROW_NULL ? 0 : r->len[i]) + 1;
	*len = r->len[column];
	return cell;
}
