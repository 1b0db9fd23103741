/*
 * How many servers the store has: one is shown without its name.
 */
#ifndef CENSUS_H
#define CENSUS_H

#include "store.h"

struct census {
	unsigned int alive;	/* gave a sign of life lately */
	unsigned int nodes;	/* these and those that are dead */
};

enum store_result	census_take(struct store *, struct census *);

/* Are nodes to be told apart?  A dead one counts if others may go on for it. */
bool	census_several(struct store *);

/* Find a node by its name; STORE_NONE: there is none. */
enum store_result	census_find(struct store *, const char *name,
    struct node *);

#endif
