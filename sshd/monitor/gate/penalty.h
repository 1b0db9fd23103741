/*
 * Active penalties, for et-admin penalty; each lobby has its own.
 */
#ifndef PENALTY_H
#define PENALTY_H

#include <jansson.h>

struct monitor;
struct msg;

/* Is text an address as et-admin sends it? */
int penalty_address(const char *text);

/*
 * The most recent PENALTY_SHOWN penalties as a JSON array, which the caller
 * owns; *n is the number of all.  NULL: no memory.
 */
#define PENALTY_SHOWN 40
json_t *penalty_list(const struct monitor *, size_t *n);

/* PENALTY of the keeper: remove a source's penalty in every lobby. */
const char *penalty_clear(struct monitor *, const struct msg *);

#endif
