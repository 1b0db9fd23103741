/*
 * A courier: one receiver's queue, and when its next alert is tried.  One attempt
 * at a time, so alerts arrive in order; no courier waits for another.
 */
#ifndef COURIER_H
#define COURIER_H

#include <ev.h>
#include <stdbool.h>

#include "attempt.h"
#include "conf.h"
#include "queue.h"

struct courier {
	const struct conf	*conf;
	const struct receiver	*receiver;
	struct ev_loop		*loop;
	int			 launcher;
	void			(*changed)(void *);	/* the queue, to be saved */
	void			*arg;
	struct queue		 queue;
	struct ev_timer		 timer;
	struct ev_io		 answer;	/* of the attempt under way */
	int			 fd;		/* its pipe, or -1 */
	char			 line[RESULT_TEXT + 64];
	size_t			 nline;
	double			 next;		/* not before (clock_now) */
	double			 tokens;	/* messages that may be sent */
	double			 filled;	/* when they were counted */
	bool			 held;		/* the rate has held some back */
	bool			 stops;		/* nothing more is tried */
};

/* Set the courier of a receiver up, with an empty queue. */
void	courier_init(struct courier *, struct ev_loop *, const struct conf *,
    const struct receiver *, int launcher, void (*changed)(void *), void *arg);
void	courier_end(struct courier *);

/* Append an alert that the receiver wants. */
void	courier_take(struct courier *, json_t *alert);
/* Try what is due. */
void	courier_go(struct courier *);
/* Try nothing more.  Returns whether an attempt is still under way. */
bool	courier_stop(struct courier *);

/*
 * The seconds to wait after this many failures: doubled from retry up to
 * retry-most, and then by up to a quarter more or less (jitter, 0 to 1).
 */
double	courier_backoff(const struct conf *, unsigned int tries, double jitter);

#endif
