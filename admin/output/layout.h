/*
 * Fits a table to a terminal: its columns, and their widths.  All text in a
 * table is printable ASCII (clean.h), so that a byte is a place on the screen.
 */
#ifndef LAYOUT_H
#define LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "output.h"

#define LAYOUT_GAP	2 /* blanks between columns */

struct layout {
	size_t		shown[OUTPUT_COLUMNS];	/* which, as they are printed */
	size_t		n;
	size_t		width[OUTPUT_COLUMNS];	/* of each, shown or not */
	bool		dropped[OUTPUT_COLUMNS];	/* for want of room */
};

/*
 * The columns to print: all with a title, or those that chosen ("a,b") names by
 * key or title, in that order.  Returns NULL, or the first word in chosen that
 * names none.
 */
const char	*layout_choose(struct layout *, const struct column *, size_t n,
    const char *chosen);

/* Print this column no more. */
void	layout_hide(struct layout *, size_t column);

/*
 * Make the columns fit into width places (0: any number), of which each needs
 * so many.  First those that order has with a number (OUTPUT_ORDER in output.h)
 * are cut down to it, then columns are dropped in that order, then the widest
 * are cut.
 */
void	layout_fit(struct layout *, const struct column *, size_t n,
    const size_t *need, const char *order, size_t width);

#endif
