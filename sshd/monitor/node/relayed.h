/*
 * Streams between nodes, as data, from the ticket or the accepted connection to
 * the link's LINK_CLOSED.  Of another node's stream this one only pipes the bytes:
 * whose it is, and whether it is granted, the node decided that asks.
 *
 *	out:	ticket -> connect -> dial -> open	(relay_out.h)
 *	in:	accept -> (wait ->) key -> join -> open	(relay_in.h)
 *
 * From dial and from accept on the link has the stream: it is freed once the link
 * says LINK_CLOSED, or is gone.
 */
#ifndef RELAYED_H
#define RELAYED_H

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

#include <uthash.h>

#include "msg.h"

struct dir_forward;
struct monitor;
struct relay_watch;
struct source;
struct tunnel;

#define RELAYED_STREAMS 4096 /* at most, of all kinds */

enum relayed_state {
	RELAYED_TICKET, /* the keeper writes the ticket */
	RELAYED_CONNECT, /* connect(2) is under way */
	RELAYED_DIAL, /* the other node has not joined it yet */
	RELAYED_ACCEPT, /* the peer has not named a ticket */
	RELAYED_WAIT, /* nobody has told of the ticket that it named */
	RELAYED_KEY, /* the peer has not proved that it has the ticket */
	RELAYED_JOIN, /* the device has not answered */
	RELAYED_OPEN,
	RELAYED_ENDING /* the link knows that it is over */
};

struct relayed {
	struct monitor *m;
	uint64_t id;
	enum relayed_state state;
	bool in; /* another node asks */
	bool told; /* in the event log */
	double since; /* in this state, s */
	double begun; /* s */
	struct msg_ticket ticket; /* its number is 0 until it is known */
	char device[MSG_NAME]; /* its name, for events */
	const char *reason; /* why this node ended it, or NULL */
	int fd; /* the connection, or a local end; -1 */
	/* out */
	ev_io io; /* of connect(2) */
	const struct relay_watch *watch; /* NULL: nobody waits for it any more */
	void *of;
	/* in */
	struct source *source; /* until the peer has proved its ticket */
	struct tunnel *tunnel; /* of a jump, until it closes */
	struct dir_forward *forward; /* that the jump keeps (wanted_keep), or NULL */
	UT_hash_handle hh;
	UT_hash_handle by_number; /* of those that go out */
};

/* NULL: too many, or no memory. */
struct relayed *relayed_new(struct monitor *, bool in);
struct relayed *relayed_find(const struct monitor *, uint64_t id);

/* Give one that goes out the number of its ticket; false: no memory. */
bool relayed_number(struct relayed *, uint64_t number);
struct relayed *relayed_of_ticket(const struct monitor *, uint64_t number);

void relayed_enter(struct relayed *, enum relayed_state);

/* Send to the link; fd stays the caller's. */
void relayed_send(const struct relayed *, struct msg *, int fd);

/*
 * Its end is known here first: the link is told why it is not joined, or that it
 * is over (LINK_LOST), and answers with LINK_CLOSED.
 */
void relayed_end(
    struct relayed *, enum msg_link_result answer, const char *reason);

/*
 * A connection between nodes: without delay, and lost within half a minute once
 * the other node has vanished.
 */
void relayed_set(int fd);

/* Events; closed: as the link has it, or NULL. */
void relayed_log_open(struct relayed *);
void relayed_log_close(const struct relayed *, const struct msg_link_closed *,
    const char *reason);

void relayed_free(struct relayed *);

#endif
