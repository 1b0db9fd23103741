/*
 * The servers on a store, and the metrics of what each has of the whole.
 */
#ifndef FAMILIES_NODE_H
#define FAMILIES_NODE_H

#include <jansson.h>

#include "exposition.h"
#include "store.h"

#define FAMILIES_NODES 64 /* shown at most */

struct server {
	char	 name[DEVICE_NAME];
	int64_t	 started;	/* us since the epoch */
	bool	 draining;
	struct node_lag lag;
	json_t	*status;	/* NULL: it does not run */
};

struct servers {
	struct server	 list[FAMILIES_NODES];
	size_t		 n;
	struct store	*store;
	bool		 run;		/* one of them does, as the store says */
	enum store_result result;
};

/* Begin a sample of the server. */
void	servers_sample(struct exposition *, const struct server *,
    const char *suffix);

void	families_node_write(struct exposition *, const struct servers *);

#endif
