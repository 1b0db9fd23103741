/*
 * Sources that are refused now, for et-admin penalty: of each lobby by itself.
 */
#ifndef PENALTY_H
#define PENALTY_H

#include <jansson.h>

struct monitor;
struct msg;

/* Is this an address, as people and et-admin write one? */
int penalty_address(const char *text);

/*
 * The newest of them, PENALTY_SHOWN at most, as a JSON array; *n is how many
 * there are.  NULL: no memory.
 */
#define PENALTY_SHOWN 40
json_t *penalty_list(const struct monitor *, size_t *n);

/* The keeper says that an operator takes one away, in every lobby. */
const char *penalty_clear(struct monitor *, const struct msg *);

#endif
