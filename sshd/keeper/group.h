/*
 * Rows that the monitor sent and the store does not hold yet.  They are
 * written in groups; rows that could not be written stay.  Of a forward, listed or
 * virtual, of a tunnel, of a session, of a device's presence and of its refused logins only
 * the last word counts.  Heartbeats alone are dropped, the oldest first, when
 * GROUP_HEARTBEATS wait.
 */
#ifndef GROUP_H
#define GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "msg.h"
#include "store.h"

#define GROUP_HEARTBEATS	20000
#define GROUP_ROWS		500	/* heartbeats of one commit, at most */
#define GROUP_YOUNG		0.5	/* s: shorter sessions have no row */

struct group;

/* Make a group for this node's rows.  NULL: out of memory. */
struct group	*group_new(const char *node);
void		 group_free(struct group *);

/*
 * Keep history, too: presence, and the figures of history.h.  Returns 0, or -1:
 * out of memory.
 */
int	 group_keep_history(struct group *);

/* Take one message each. -1: out of memory, and the message is not taken. */
int	 group_heartbeat(struct group *, const struct msg_heartbeat *);
int	 group_session(struct group *, uint64_t conn,
    const struct msg_session *, double now);
/* seen is passed to store_session_end. */
void	 group_session_end(struct group *, uint64_t conn, int64_t seen,
    double now);
int	 group_bytes(struct group *, const struct msg_session_end *);
int	 group_presence(struct group *, const struct msg_presence *);
int	 group_forward(struct group *, const struct msg_forward_state *);
int	 group_virtual(struct group *, const struct msg_virtual_forward *);
int	 group_tunnel(struct group *, const struct msg_tunnel *);
/*
 * Call this for each tunnel of which the last word is committed: what the monitor
 * said, and whose it is in the store since then (node "": nobody's).
 */
typedef void group_written(void *arg, const struct msg_tunnel *,
    const struct node_tunnel *);
void	 group_tell(struct group *, group_written *, void *arg);
/* Refusals by the device's key and by its name are kept apart. */
int	 group_refusal(struct group *, const struct msg_refusal *);
int	 group_alert(struct group *, const struct msg_alert *);
void	 group_applied(struct group *, int64_t seq);

/*
 * The store is shared with other nodes, which read virtual forwards and tunnels
 * as changes: these are written in a transaction of their own.  offset: us of the
 * store's clock before this machine's.
 */
void	 group_share(struct group *, bool shared, int64_t offset);

/* The number of rows that wait. */
size_t	 group_rows(const struct group *);
/* Whether there are rows that wait, or figures that are due. */
bool	 group_waits(const struct group *);
/* From now on the figures of hours under way are due as well. */
void	 group_last_words(struct group *);
/* The number of heartbeats dropped since the last call. */
size_t	 group_lost(struct group *);

/*
 * Write all rows that wait, in as many transactions as needed, and HISTORY_ROWS of
 * the figures that are due; now is
 * monotonic, in seconds.  On failure the rows not committed still wait.
 */
enum store_result group_write(struct group *, struct store *, double now);

/* Whether there are rows that other nodes wait for. */
bool	 group_urgent(const struct group *);
/* Write these alone. */
enum store_result group_write_urgent(struct group *, struct store *);

#endif
