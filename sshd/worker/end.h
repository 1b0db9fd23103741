/*
 * What a relay joins with a channel: a byte stream, each way of which can be
 * shut by itself.  It is a descriptor, or one of a pair within this process,
 * whose other one is another relay's: it behaves as socketpair(2) would, and
 * costs none.  Nothing here blocks.
 */
#ifndef END_H
#define END_H

#include <sys/types.h>

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>

#define END_ROOM (128 * 1024) /* bytes on the way, of a pair, each way */

struct end_use {
	struct ev_loop *loop;
	void (*ready)(void *); /* by the loop: what is watched for is there */
	void (*later)(void *); /* the same, but from within another's call */
	void (*forget)(void *, int fd); /* fd is about to be closed */
	void *arg;
};

struct end;

/* One kind: what the functions below do. */
struct end_kind {
	void (*attach)(struct end *);
	ssize_t (*send)(struct end *, const void *, size_t);
	ssize_t (*receive)(struct end *, void *, size_t);
	void (*shutdown)(struct end *, int how);
	int (*events)(struct end *);
	void (*watch)(struct end *, int events);
	void (*close)(struct end *);
};

struct end {
	const struct end_kind *kind;
	struct end_use use; /* all zero until attached */
};

/* The descriptor fd (non-blocking), to own it.  NULL without memory. */
struct end *end_of(int fd);

/* Two that are joined.  False without memory. */
bool end_pair(struct end *pair[2]);

/* Say who uses it, once, before anything but end_shutdown and end_close. */
void end_attach(struct end *, const struct end_use *);

/* As send(2) and recv(2) have it. */
ssize_t end_send(struct end *, const void *, size_t);
ssize_t end_receive(struct end *, void *, size_t);
void end_shutdown(struct end *, int how);

/* Which of EV_READ and EV_WRITE came about since the last call. */
int end_events(struct end *);

/* Call use.ready, or use.later, when one of these is there, and as it is. */
void end_watch(struct end *, int events);

/* Closes both ways and frees it.  NULL is none. */
void end_close(struct end *);

#endif
