/*
 * The lines of an event log by the start of their hashes, to say where one
 * belongs.
 */
#ifndef LOG_SEEN_H
#define LOG_SEEN_H

#include <stddef.h>
#include <stdint.h>

struct log_at {
	const char	*file;
	int64_t		 line;
};

struct log_seen {
	struct log_seen_line *lines;
	size_t		 n, room;
};

/* -1: out of memory. */
int	log_seen_add(struct log_seen *, const char *hash,
    const struct log_at *);
/* The last line of this hash; NULL: none.  Good until the next is added. */
const struct log_at	*log_seen_find(const struct log_seen *,
    const char *hash);
void	log_seen_free(struct log_seen *);

#endif
