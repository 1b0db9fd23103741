/*
 * A process of its own: what works on the store becomes the store's owner,
 * what becomes ssh(1) stays the user who called.
 */
#ifndef APART_H
#define APART_H

#include <sys/types.h>

#include <signal.h>

struct apart {
	pid_t		 pid;
	sigset_t	 before;	/* the caller's mask, until apart_wait */
};

/*
 * fork(2).  Until apart_wait, the signals that would end the caller wait, so
 * that it outlives the child.
 */
pid_t	apart_fork(struct apart *);

/*
 * A child that runs run, whose result is its exit status, at the other end of a
 * stream socket: fd is the caller's end.  Returns the child's pid, or -1 and
 * errno.
 */
pid_t	apart_talk(struct apart *, int *fd,
    int (*run)(int fd, const void *arg), const void *arg);

/*
 * Wait for the child, and pass on the signals that a process sends to the
 * caller (those of a terminal come to both).  Returns the child's exit status,
 * or 128 and the number of the signal that ended it.
 */
int	apart_wait(struct apart *);

/* Close the end that apart_talk gave, and wait; each if it is there. */
void	apart_end(struct apart *, int *fd);

#endif
