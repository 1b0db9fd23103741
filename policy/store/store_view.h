/*
 * The part of a store that an operator sees: a view for each table, of the
 * table's name, in a schema that is looked at first.  So the SQL of all records
 * stands as it is and finds the rows that the operator sees.
 */
#ifndef STORE_VIEW_H
#define STORE_VIEW_H

#include <stddef.h>

/* The number of the operator, as it stands in a view; at most once. */
#define STORE_VIEW_SELF "%lld"

/*
 * What follows CREATE VIEW, for the view at i; NULL: no more.  The tables are
 * those of the schema "main"; sees (id, tags) is operator_sees, which the
 * backend has.
 */
const char	*store_view_at(size_t i);

#endif
