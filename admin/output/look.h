/* Properties of the reader: the width of a line, and whether colours help. */
#ifndef LOOK_H
#define LOOK_H

#include <stdbool.h>
#include <stddef.h>

#define LOOK_MOST	10000 /* places or lines that anybody may have */

struct look {
	size_t	columns;	/* of a line; 0: any number */
	size_t	rows;		/* of the screen; 0: it is none */
	bool	terminal;
	bool	colour;
};

/*
 * Of fd.  COLUMNS, if it is a number, is how much fits a line, else the
 * terminal says so.  Colours are for a terminal whose TERM can have them, unless
 * NO_COLOR is there and not empty (no-color.org).
 */
void	look_here(struct look *, int fd);

/*
 * The escape sequence that begins the colour of a state: online, late, offline
 * and so on.  NULL: it has none.
 */
const char	*look_state(const char *state);
#define LOOK_PLAIN "\033[0m" /* ends it */

#endif
