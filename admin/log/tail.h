/*
 * The lines of an event log: of a file, or of the journal by journalctl(1).
 */
#ifndef TAIL_H
#define TAIL_H

#include <stdbool.h>

#include "admin.h"

struct tail {
	const char	*path;	/* NULL: the journal */
	unsigned int	last;	/* so many of the lines there are; 0: all */
	bool		follow;	/* then those that come, until a signal */
	/* A line without its newline; false: it is enough. */
	bool		(*take)(void *, char *line);
	/* No further lines for now; false: it is enough. */
	bool		(*rest)(void *);
	void		*arg;
};

/*
 * Read them.  A file that is renamed is read to its end, and then the one that
 * has its name.  ADMIN_FAILED has been said.
 */
enum admin_exit	tail_file(const struct tail *);
enum admin_exit	tail_journal(const struct tail *);

/* For both: bytes that end where a line need not. */
struct lines {
	char	*text;
	size_t	used, room;
};

/* Take those that are whole; false: it is enough. */
bool	lines_take(struct lines *, const char *bytes, size_t n,
    bool (*take)(void *, char *), void *);

#endif
