/*
 * The parts of a group: the rows that wait, by kind.  Private to group*.c;
 * group.c has the whole and the transaction, and stands above the others.
 */
#ifndef GROUP_PART_H
#define GROUP_PART_H

#include <uthash.h>

#include "group.h"
#include "hours.h"

struct group_beat {
	struct group_beat *next;
	struct heartbeat row;
};

/* A session that is open, or whose end is not written. */
struct group_live {
	uint64_t	 conn;
	bool		 stored;	/* its row is in the store */
	bool		 waits;		/* in the list of those to write */
	bool		 ended;
	int64_t		 seen;		/* its device, until the end; or 0 */
	double		 since;		/* since when its row waits, s */
	struct session	*row;		/* to be written; or NULL */
	struct group_live *prev, *next;
	UT_hash_handle	 hh;
};

/*
 * The last state of something; the table says which member of the union is
 * used.
 */
struct group_last {
	struct {
		int64_t	 id;	/* the number of the forward or of the device */
		int64_t	 part;	/* a port; 1: with its own key, or online */
	} key;
	union {
		struct msg_forward_state forward;
		struct msg_virtual_forward virtual_forward;
		struct refusal refusal;
		struct msg_presence presence;
		struct {
			struct msg_tunnel said;
			struct node_tunnel row;	/* as it is then */
		} tunnel;
	};
	UT_hash_handle	 hh;
};

struct group_alert {
	struct alert_record row;
	UT_hash_handle	 hh;	/* by its id */
};

struct group {
	char		 node[DEVICE_NAME];
	struct group_beat *beats;	/* oldest first */
	struct group_beat **beats_end;
	size_t		 nbeats;
	size_t		 lost;
	struct group_live *sessions;	/* by conn */
	struct group_live *waiting;	/* list of those to write */
	size_t		 nwaiting;
	struct group_last *forwards;	/* by key */
	struct group_last *virtuals;
	struct group_last *refusals;
	struct group_last *presences;
	struct hours	*history;	/* NULL: none is kept */
	struct group_alert *alerts;
	int64_t		 applied;	/* 0: nothing to write */
	struct group_last *tunnels;
	group_written	*written;	/* NULL: nobody asks */
	void		*written_arg;
	bool		 shared;	/* with other nodes */
	int64_t		 offset;	/* us: the store's clock before ours */
};

/* STORE_OK for a record that was removed: there is nothing to note of it. */
enum store_result group_unless_gone(enum store_result);

void		 group_beats_drop(struct group *, size_t n);
/* Write the first GROUP_ROWS heartbeats; *n is how many were written. */
enum store_result group_beats_write(struct group *, struct store *,
    size_t *n);

/* Whether there is a session whose row is due by now. */
bool		 group_sessions_due(const struct group *, double now);
enum store_result group_sessions_write(struct group *, struct store *,
    double now);
/* Note that the rows of group_sessions_write are committed. */
void		 group_sessions_written(struct group *, double now);
void		 group_sessions_free(struct group *);

enum store_result group_forwards_write(const struct group *, struct store *);
enum store_result group_virtuals_write(const struct group *, struct store *);
enum store_result group_refusals_write(const struct group *, struct store *);
enum store_result group_presences_write(const struct group *, struct store *);
enum store_result group_alerts_write(const struct group *, struct store *);
void		 group_alerts_drop(struct group *);
enum store_result group_tunnels_write(const struct group *, struct store *);
/* Note that these are committed. */
void		 group_tunnels_written(struct group *);
/* The record of this key, a new one if there is none.  NULL: out of memory. */
struct group_last *group_last_get(struct group_last **, int64_t id,
    int64_t part);
void		 group_last_drop(struct group_last **);

#endif
