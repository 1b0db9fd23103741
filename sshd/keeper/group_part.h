/*
 * Inside the group: what waits, by kind.  Private to group*.c; group.c has the
 * whole and the transaction, and stands above the others.
 */
#ifndef GROUP_PART_H
#define GROUP_PART_H

#include <uthash.h>

#include "group.h"

struct group_beat {
	struct group_beat *next;
	struct heartbeat row;
};

/* A session that lives, or whose end is not written. */
struct group_live {
	uint64_t	 conn;
	bool		 stored;	/* there is a row of it */
	bool		 waits;		/* is in the list of those to write */
	bool		 ended;
	int64_t		 seen;		/* its device, until the end; or 0 */
	double		 since;		/* it waits */
	struct session	*row;		/* to write; or NULL */
	struct group_live *prev, *next;
	UT_hash_handle	 hh;
};

/* The last word on something; which of the union the table says. */
struct group_last {
	struct {
		int64_t	 id;	/* the forward's or the device's */
		int64_t	 part;	/* the device's port; 1: with its own key */
	} key;
	union {
		struct msg_forward_state forward;
		struct msg_virtual_forward virtual_forward;
		struct refusal refusal;
	};
	UT_hash_handle	 hh;
};

struct group {
	char		 node[DEVICE_NAME];
	struct group_beat *beats;	/* oldest first */
	struct group_beat **beats_end;
	size_t		 nbeats;
	size_t		 lost;
	struct group_live *sessions;	/* hash by conn */
	struct group_live *waiting;	/* list */
	size_t		 nwaiting;
	struct group_last *forwards;	/* hashes by key */
	struct group_last *virtuals;
	struct group_last *refusals;
	int64_t		 applied;	/* 0: nothing to write */
};

/* STORE_OK for a record that is gone: nothing more is to be noted of it. */
enum store_result group_unless_gone(enum store_result);

void		 group_beats_drop(struct group *, size_t n);
/* The first GROUP_ROWS heartbeats; *n is how many were written. */
enum store_result group_beats_write(struct group *, struct store *,
    size_t *n);

/* Is there a session that is to be written by now? */
bool		 group_sessions_due(const struct group *, double now);
enum store_result group_sessions_write(struct group *, struct store *,
    double now);
/* The rows of group_sessions_write are committed. */
void		 group_sessions_written(struct group *, double now);
void		 group_sessions_free(struct group *);

enum store_result group_forwards_write(const struct group *, struct store *);
enum store_result group_virtuals_write(const struct group *, struct store *);
enum store_result group_refusals_write(const struct group *, struct store *);
void		 group_last_drop(struct group_last **);

#endif
