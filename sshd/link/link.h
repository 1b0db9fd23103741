/*
 * et-sshd-link, as data: its loop, its streams by number, the monitor's socket.
 *
 * From the roof down: main.c starts and seals; loop.c runs the event loop and
 * gives turns to streams; hear.c takes the monitor's messages; stream.c leads one
 * stream from its connection to its end; relay.c moves its bytes; tls.c speaks
 * TLS by libssl; hello.c reads the ticket out of a client's first record; say.c
 * has the messages to the monitor.  No file calls one that stands before it.
 *
 * An event (a socket, a timer, a message of the monitor) only records its cause
 * and marks its stream as due (link_due).  Before the loop waits again, each
 * stream that is due has one turn, and all of its work is done, and all of its
 * memory freed, in that turn.
 */
#ifndef LINK_H
#define LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ev.h>

#include "msg.h"

#define LINK_PIECE (64 * 1024) /* bytes that one read of a stream takes */

struct stream;
struct tls_roles;

struct link {
	struct ev_loop *loop;
	int epoll; /* the event loop's own descriptor */
	int sock; /* the monitor's */
	struct msgq *out; /* messages queued for it */
	struct msg scratch; /* the message that is being built */
	struct msg got; /* the message that was received */
	struct msg_link_setup setup;
	struct tls_roles *tls;
	struct stream *streams; /* by number (uthash) */
	struct stream *due; /* get a turn before the loop waits */
	struct stream *strangers; /* accepted, without a ticket; oldest first */
	size_t open; /* streams */
	size_t unproven; /* those of strangers */
	uint8_t *buffer; /* LINK_PIECE bytes, for relays */
	ev_io readable;
	ev_io writable;
	ev_prepare turn;
	ev_idle busy; /* while streams are due: no waiting */
	int status; /* the process's exit status */
};

/* Leave the loop with this exit status, once the current callback returns. */
void link_stop(struct link *, int status);

/* Mark a stream as due, or as not due. */
void link_due(struct link *, struct stream *);
void link_undue(struct link *, struct stream *);

/*
 * Close a descriptor, if it is one.  It is first taken out of epoll(7): close(2)
 * does that only with the last duplicate, and the monitor may hold one.
 */
void link_close(struct link *, int fd);

#endif
