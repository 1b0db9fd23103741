/*
 * A child's sockets: messages sent and received, and the errors that end a
 * child.  For child.c; child.h declares what other files need.
 */
#ifndef CHILD_SOCK_H
#define CHILD_SOCK_H

struct child;

void child_sock_init(struct child *);

/* Returns the child's end, which is the caller's; -1: see errno. */
int child_sock_open(struct child *);

/* The process has exited: take in its last messages, then call role.lost. */
void child_sock_end(struct child *);

/* Close both sockets without calling role.lost. */
void child_sock_close(struct child *);

#endif
