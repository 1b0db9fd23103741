/*
 * What the tests and the libraries that they put before libc's have between
 * them: a file, mapped by both, whose name stands in the environment variable
 * ETPH_FAULT.  tests/regress/harness/fault.py has the same fields.
 */
#ifndef CONTROL_H
#define CONTROL_H

#include <stdint.h>

struct control {
	/* alloc.c */
	int32_t pid;		/* whose allocations count; 0: nobody's;
				 * ANYBODY: who is given a connection next */
	uint32_t first;		/* the allocation that fails, from 1 */
	uint32_t failures;	/* so many in a row */
	uint32_t count;		/* allocations so far; sync.c: of files */
	uint32_t failed;
	uint32_t pad;
	/* clock.c */
	int64_t ahead;		/* s, of the wall clock */
	int64_t forward;	/* ms, of all clocks: time goes faster */
};

#define ANYBODY (-1)

/* The test's file, or NULL: there is none. */
volatile struct control *control_map(void);

#endif
