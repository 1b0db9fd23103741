/*
 * A place in the stream of alerts that outlives renaming of the file.
 */
#ifndef CURSOR_H
#define CURSOR_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "alert_line.h"

struct cursor {
	bool		 known;		/* false: nothing was read yet */
	uint64_t	 inode;		/* of the file */
	int64_t		 offset;	/* of the first byte not taken */
	uint64_t	 sum;		/* of the bytes before it */
	char		 time[ALERT_TIME];	/* of the last alert taken */
};

/* Set the sum by the bytes that stand before the offset. */
void	 cursor_seal(struct cursor *, int fd);
/* Is this file what the cursor was sealed with, up to its offset? */
bool	 cursor_fits(const struct cursor *, int fd);

/* For the state.  cursor_load leaves one that is not known, if it is none. */
json_t	*cursor_json(const struct cursor *);
void	 cursor_load(struct cursor *, const json_t *);

#endif
