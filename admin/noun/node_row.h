/*
 * A node in tables, and what is wrong with it.
 */
#ifndef NODE_ROW_H
#define NODE_ROW_H

#include "admin.h"
#include "node_state.h"

#define NODE_PROBLEM 256

struct node_row {
	enum node_state	 state;
	struct node_lag	 lag;
	bool		 lag_known;	/* not of one that is dead */
	json_t		*status;	/* or NULL */
	char		 problem[NODE_PROBLEM];	/* why it is not joined, or "" */
};

/* Fill it in; several: there are other nodes.  Freed by node_row_free. */
enum store_result node_row_make(struct node_row *, struct store *,
    const struct node *, bool several);
void	node_row_free(struct node_row *);

/* Begin a table of nodes, or a part. */
void	node_row_table(struct output *, bool part);
void	node_row_show(struct output *, const struct node *,
    const struct node_row *);

#endif
