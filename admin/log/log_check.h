/*
 * Checks a sealed event log (policy/seal.h), line by line: which was changed,
 * is missing or was moved, and up to where a signature covers it.
 */
#ifndef LOG_CHECK_H
#define LOG_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "key.h"
#include "log_seal.h"

#define LOG_PLACE	1200	/* bytes of "FILE:LINE" */
#define LOG_KEYS	16

struct log_check;

struct log_report {
	int64_t		lines;
	int64_t		chained;
	int64_t		before;		/* lines before the chain */
	int64_t		problems;
	int64_t		unsigned_;	/* chained lines after the signature */
	char		signed_to[LOG_PLACE];	/* or "" */
	char		signed_at[64];
	const char	*end;		/* how the log ends, for people */
};

/* found hears of each problem. */
struct log_check *log_check_new(const struct key *keys, int nkeys,
    void (*found)(void *, const char *file, int64_t line, const char *what),
    void *arg);
void	log_check_free(struct log_check *);

/* The next file begins; its name must live on. */
void	log_check_file(struct log_check *, const char *file);
/* The next line of it, without its newline.  -1: out of memory. */
int	log_check_line(struct log_check *, const char *line, size_t len);
/* Ends the check. */
void	log_check_end(struct log_check *, struct log_report *);

#endif
