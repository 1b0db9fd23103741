/* The virtual forwards that jumps of other nodes wait for. */
#ifndef WISHES_H
#define WISHES_H

#include "keeper.h"

/* Send those of this node, NULL: of each, but this one's own. */
enum store_result wishes_send(struct keeper *, const char *node);
enum store_result wishes_change(struct keeper *, const struct change *);

#endif
