/*
 * A worker process, as data: its event loop, its connections by number, the
 * monitor's socket. loop.h runs it.
 */
#ifndef WORKER_H
#define WORKER_H

#include <ev.h>
#include <libssh/server.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "msg.h"

#define WORKER_BUFFER (256 * 1024) /* bytes that one read of a stream takes */

struct session;

struct worker {
	struct ev_loop *loop;
	int epoll; /* the event loop's own descriptor */
	int sock; /* messages queued for the monitor */
	struct msgq *out;
	struct msg scratch; /* the message that is being built */
	struct msg got; /* the message that was received */
	struct msg_setup setup;
	char kex[MSG_ALGO]; /* of the handshakes with itself */
	ssh_bind bind;
	struct session *sessions; /* sessions by number (uthash) */
	struct session *due; /* get a turn before the loop waits */
	ev_prepare turn;
	ev_idle busy; /* while sessions are due: no waiting */
	uint8_t *buffer; /* WORKER_BUFFER bytes, for relays */
	ev_io readable;
	ev_io writable;
	size_t open; /* connections */
	size_t ended; /* connections ended since memory was last given back */
	bool draining;
	int status; /* the worker's exit status */
};

/* Leave the loop with this exit status, once the current callback returns. */
void worker_stop(struct worker *, int status);

/* Watch the monitor's socket until it takes what is queued. */
void worker_flush_later(struct worker *);

/*
 * Remove a descriptor from epoll(7) before it is closed, if the monitor may
 * hold a duplicate: close(2) removes it only with the last duplicate, and
 * events for a number that is gone, or reused, would follow.
 */
void worker_forget(struct worker *, int fd);

/*
 * A connection has ended: exit if the worker is draining and it was the last,
 * and give memory back to the kernel.
 */
void worker_ended(struct worker *);

#endif
