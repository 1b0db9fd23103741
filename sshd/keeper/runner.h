/*
 * Checks the secrets of tokens beside the loop, in a thread: each takes some 20
 * ms and 19 MiB, so one is checked at a time, and RUNNER_QUEUE wait.
 */
#ifndef RUNNER_H
#define RUNNER_H

#include <stdbool.h>
#include <stdint.h>

#include <ev.h>

#include "token.h"

#define RUNNER_QUEUE	4

struct runner_job {
	uint64_t	 conn;		/* the connection that asked */
	char		 secret[TOKEN_SECRET];
	struct token_hash hash;
	int64_t		 token;		/* the token's number; 0: unknown */
	const char	*why;		/* why there is none; or NULL */
	enum token_state state;		/* the token's state, if it is known */
	bool		 good;		/* the result: the secret is its */
};

struct runner;

/* done is called from the loop, for each job that was taken. */
struct runner	*runner_new(struct ev_loop *,
    void (*done)(void *arg, const struct runner_job *), void *arg);
/* Discard waiting jobs; returns when the running one is done. */
void	 runner_free(struct runner *);

/* Take a job.  False: too many wait, or no thread can be started. */
bool	 runner_add(struct runner *, const struct runner_job *);

#endif
