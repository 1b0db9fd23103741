/*
 * The alerts that a receiver has not got yet, in their order.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct entry {
	json_t		*alert;
	unsigned int	 tries;		/* attempts made, also by earlier runs */
	int64_t		 since;		/* us of the wall clock */
	struct entry	*prev, *next;
};

struct queue {
	struct entry	*first;
	unsigned int	 n;
	unsigned int	 dropped;	/* and not told yet */
};

/*
 * Append an alert, of which the queue takes a reference of its own, unless it has
 * the same id and event already.  With most in it the oldest that was never
 * tried is dropped.  Returns 1, 0: it was there, or -1: no memory.
 */
int	 queue_add(struct queue *, json_t *alert, unsigned int most);
void	 queue_remove(struct queue *, struct entry *);
void	 queue_free(struct queue *);

/*
 * Make one of all that were never tried, if they are two, or if some were dropped
 * before them.
 */
void	 queue_sum_up(struct queue *);

json_t	*queue_json(const struct queue *);
void	 queue_load(struct queue *, const json_t *, unsigned int most);

#endif
