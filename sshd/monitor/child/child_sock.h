/*
 * A child's sockets: what is sent and heard there, and what ends a child for
 * it.  For child.c; what others need of it is in child.h.
 */
#ifndef CHILD_SOCK_H
#define CHILD_SOCK_H

struct child;

void child_sock_init(struct child *);

/* Returns the child's end, which is the caller's; -1: see errno. */
int child_sock_open(struct child *);

/* The child's process has ended: read its last messages, then give it up. */
void child_sock_end(struct child *);

/* Without a word to anybody. */
void child_sock_close(struct child *);

#endif
