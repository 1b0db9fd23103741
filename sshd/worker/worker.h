/*
 * A worker process, as data: its loop, its connections by number, its monitor.
 * loop.h runs it.
 */
#ifndef WORKER_H
#define WORKER_H

#include <ev.h>
#include <libssh/server.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "msg.h"

#define WORKER_BUFFER (256 * 1024) /* one read from a bridged fd */

struct session;

struct worker {
	struct ev_loop *loop;
	int epoll; /* the loop's own descriptor */
	int sock; /* to the monitor */
	struct msgq *out;
	struct msg scratch; /* the message that is being built */
	struct msg got; /* the message that was received */
	struct msg_setup setup;
	char kex[MSG_ALGO]; /* that of its handshakes with itself */
	ssh_bind bind;
	struct session *sessions; /* by number (uthash) */
	struct session *due; /* get a turn before the loop waits */
	ev_prepare turn;
	ev_idle busy; /* so that it does not wait */
	uint8_t *buffer; /* WORKER_BUFFER bytes, for relays */
	ev_io readable;
	ev_io writable;
	size_t open; /* connections */
	size_t ended; /* since memory was last given back */
	bool draining;
	int status; /* to exit with */
};

/* Leave the loop with this exit status, after what is being done now. */
void worker_stop(struct worker *, int status);

/* The monitor's socket did not take all: watch it until it does. */
void worker_flush_later(struct worker *);

/*
 * Call before closing a descriptor that the monitor holds, too: close(2) takes
 * it out of epoll(7) only with the last descriptor of its kind, and events for
 * a number that is gone, or reused, would follow.
 */
void worker_forget(struct worker *, int fd);

/* A connection ended: drain's end, and memory back to the kernel. */
void worker_ended(struct worker *);

#endif
