/*
 * One stream between two nodes, from its connection to its end.
 *
 *	dialled:  SHAKE -> AWAIT -> ANSWERED -> RELAY
 *	accepted: HELLO -> ASKED -> SHAKE -> OPEN -> TELL -> RELAY
 *
 * The functions called for the monitor's messages take the descriptor and only
 * record what was said; the work is done in the stream's turn.
 */
#ifndef STREAM_H
#define STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ev.h>
#include <uthash.h>

#include "msg.h"
#include "relay.h"
#include "tls.h"

enum stream_state {
	STREAM_HELLO, /* the client's first record is awaited */
	STREAM_ASKED, /* LINK_KEY is awaited */
	STREAM_SHAKE, /* the handshake is under way */
	STREAM_AWAIT, /* dialled: the other node's answer is awaited */
	STREAM_ANSWERED, /* dialled and joined: LINK_STREAM is awaited */
	STREAM_OPEN, /* accepted: the monitor's decision is awaited */
	STREAM_TELL, /* accepted: the decision is written */
	STREAM_RELAY /* bytes pass */
};

struct stream {
	struct link *link;
	uint64_t id; /* the monitor's number */
	enum stream_state state;
	bool dialled;
	bool proven; /* the peer has the ticket */
	bool listed; /* among strangers */
	int fd; /* the connection */
	int local; /* the local end, or -1 */
	struct tls *tls;
	struct tls_key key;
	uint8_t *hello; /* HELLO_MAX bytes, until the ticket is known */
	size_t hello_len;
	uint8_t answer; /* enum msg_link_result; 0: none yet */
	bool keyed; /* LINK_KEY has come */
	bool expired; /* the timer has run out */
	const char *reason; /* of the end */
	struct relay relay;
	ev_io on_fd;
	ev_io on_local;
	ev_timer timer;
	bool due;
	struct stream *due_prev, *due_next;
	struct stream *prev, *next; /* among strangers */
	UT_hash_handle hh;
};

struct stream *stream_find(struct link *, uint64_t id);

/*
 * A stream begins: by a connection to another node, or by one from another
 * node.  fd may be MSG_FD_LOST.
 */
void stream_dial(struct link *, const struct msg_link_key *, int fd);
void stream_accept(struct link *, uint64_t id, int fd);

/*
 * The monitor's messages.  False: the monitor must not send this one to this
 * stream.
 */
bool stream_key(struct stream *, const struct msg_link_key *);
bool stream_local(struct stream *, int fd);
void stream_end(struct stream *, uint32_t answer);

/* The stream's turn; it may end it. */
void stream_turn(struct stream *);

/* Free it, without a word to anybody. */
void stream_free(struct stream *);

#endif
