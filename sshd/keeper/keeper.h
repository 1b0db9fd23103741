/*
 * The keeper: the store on one side, the monitor on the other.
 *
 * From the roof down: keeper.c runs the loop; take.c has the table of the
 * monitor's messages; opening.c opens the store and watch.c sees it change;
 * enrol.c registers devices, and runner.c checks their tokens;
 * forward_request.c writes what operators request; write.c decides when the
 * group (group.h) is written; prune.c removes old history; absence.c records when
 * the server was away; join.c makes this server one of a shared store's nodes;
 * changes.c sends the directory and its changes: alerts.c what alerts need,
 * nodes.c, wishes.c, tunnels.c and tickets.c what other nodes have; lead.c finds
 * out whether this one leads; report.c reports the store's state; send.c sends,
 * and skew.c converts the times between two clocks.  No file calls one that
 * stands before it.
 */
#ifndef KEEPER_H
#define KEEPER_H

#include <stdbool.h>
#include <stdint.h>

#include <ev.h>

#include "group.h"
#include "msg.h"
#include "store.h"

struct keeper {
	struct ev_loop	*loop;
	int		 sock;
	struct msgq	*out;
	struct msg	 in;
	struct msg	 batch;	/* records to send; type 0: none are waiting */
	struct msg_store_open where;
	double		 open_until;	/* a busy store is tried until then */
	double		 taken_until;	/* and one with a server of our name */
	bool		 waits;		/* for it, and the monitor was told */
	struct store	*store;
	struct group	*group;
	struct runner	*runner;	/* of token checks */
	struct node	 node;
	int64_t		 seq;		/* changes were sent up to this seq */
	bool		 unreadable;	/* the monitor was told why */
	bool		 unwritable;
	bool		 cleared;	/* an earlier run's rows are removed */
	bool		 node_due;	/* the node's row is due */
	bool		 failed;	/* opening failed, or a bad message */
	/* Of a shared store: */
	struct nodes_one *nodes; /* all, as the monitor knows them */
	unsigned int	 connects;	/* which connection it is */
	int64_t		 lineage;	/* of the database */
	int64_t		 rival;		/* sign of life of one of our name */
	int64_t		 loaded;	/* us: when the directory was sent */
	bool		 old_tunnels;	/* of an earlier keeper may be there */
	bool		 reload;	/* all is to be sent anew */
	double		 fine;		/* s: all was read and written */
	bool		 fenced;	/* not for 15 s, and the monitor knows */
	bool		 leads;
	int64_t		 seen;		/* us: SEEN has told up to this */
	int		 seen_in;	/* s until the next */
	bool		 tickets;	/* there are some to read */
	struct absence_look {		/* what was before */
		int64_t	 alive;		/* this node's last sign of life; 0 */
		int64_t	 others;	/* the latest of another node */
	} before;
	double		 retry;		/* s from a failed write to the next */
	bool		 full;		/* its file system nearly is */
	unsigned int	 seconds;	/* of on_second */
	double		 again;		/* s until the store is looked at */
	int64_t		 pruned;	/* history of devices up to this id */
	ev_io		 on_sock;
	ev_io		 on_watch;
	ev_timer	 on_open;
	ev_timer	 on_write;
	ev_timer	 on_look;
	ev_timer	 on_second;
	ev_timer	 on_alive;
	ev_timer	 on_prune;
};

/*
 * Serve the monitor on sock until it closes its end.  Returns 0, or -1: it
 * could not be set up, the store was refused (the monitor has been told why),
 * or the monitor's messages were bad.
 */
int	 keeper_run(int sock);

#endif
