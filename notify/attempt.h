/*
 * One attempt to give one alert to one receiver, in a process of its own.
 */
#ifndef ATTEMPT_H
#define ATTEMPT_H

#include <jansson.h>
#include <stdbool.h>

#include "conf.h"

enum outcome {
	OUTCOME_SENT,
	OUTCOME_RETRY,		/* it may work later */
	OUTCOME_REFUSED,	/* it will not work later either */
};

#define RESULT_TEXT	256

struct result {
	enum outcome	 outcome;
	unsigned int	 after;		/* s: not before; 0: not said */
	char		 text[RESULT_TEXT];	/* printable ASCII, no secret */
};

/*
 * Seal this process as far as the receiver's kind permits, make the attempt, and
 * leave its result.  The process is of no use for anything else after it.
 */
void	attempt_make(const struct receiver *, const json_t *alert,
    struct result *);

/* A result as one line through a pipe, and back; false: it is none. */
void	attempt_write(int fd, const struct result *);
bool	attempt_read(const char *line, struct result *);

#endif
