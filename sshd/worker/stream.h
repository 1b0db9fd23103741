/*
 * A byte stream that a relay joins with a channel; each way can be shut by
 * itself.  A stream is a descriptor, or one of a pair within this process whose
 * other one is another relay's: the pair behaves as socketpair(2) would, and
 * costs no descriptors.  Nothing here blocks.
 */
#ifndef STREAM_H
#define STREAM_H

#include <sys/types.h>

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>

#define STREAM_ROOM (128 * 1024) /* bytes that may wait in a pair's ring */

struct stream_use {
	struct ev_loop *loop;
	/*
	 * called when a watched event came about; may be called from anywhere
	 */
	void (*ready)(void *);
	void (*forget)(void *, int fd); /* called before fd is closed */
	void *arg;
};

struct stream;

/* A kind of stream: its implementation of each function below. */
struct stream_kind {
	void (*attach)(struct stream *);
	ssize_t (*send)(struct stream *, const void *, size_t);
	ssize_t (*receive)(struct stream *, void *, size_t);
	void (*shutdown)(struct stream *, int how);
	int (*events)(struct stream *);
	void (*watch)(struct stream *, int events);
	void (*close)(struct stream *);
};

struct stream {
	const struct stream_kind *kind;
	struct stream_use use; /* all zero until attached */
};

/* A stream that owns the descriptor fd (non-blocking).  NULL without memory. */
struct stream *stream_from_fd(int fd);

/* Make two streams that are joined.  False without memory. */
bool stream_pair(struct stream *pair[2]);

/*
 * Set the stream's user, once, before any call but stream_shutdown and
 * stream_close.
 */
void stream_attach(struct stream *, const struct stream_use *);

/* Send and receive as send(2) and recv(2) do. */
ssize_t stream_send(struct stream *, const void *, size_t);
ssize_t stream_receive(struct stream *, void *, size_t);
void stream_shutdown(struct stream *, int how);

/* The events, of EV_READ and EV_WRITE, that came about since the last call. */
int stream_events(struct stream *);

/* Call use.ready when one of these events comes about, or has already. */
void stream_watch(struct stream *, int events);

/* Shut both ways and free the stream, which may be NULL. */
void stream_close(struct stream *);

#endif
