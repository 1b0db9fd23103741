/*
 * A monitor without processes: its loop, directory and event log are real, its
 * keeper and its worker are ends of socketpairs that the test reads.
 */
#ifndef STAGE_H
#define STAGE_H

#include <jansson.h>

#include "child.h"
#include "conn.h"
#include "directory.h"
#include "folder.h"
#include "monitor.h"
#include "msg.h"

struct stage {
	struct folder *folder;
	struct monitor m;
	struct conf conf;
	struct child keeper;
	struct child worker;
	struct child page;
	int to_keeper; /* the test's ends */
	int to_worker;
	int to_page;
};

/* cmocka's setup and teardown; *state is a struct stage. */
int stage_make(void **state);
int stage_remove(void **state);

/*
 * What the loop does before it waits: ends that were marked are told.  To be
 * called before a connection is freed that may have been ended.
 */
void stage_turn(struct stage *);

/* A device that is on, and a connection logged in as it, to be freed. */
struct dir_device *stage_device(struct stage *, int64_t id, const char *name);
struct conn *stage_conn(struct stage *, struct dir_device *);

/* Operator 3, alice, and a connection logged in as her, to be freed. */
struct conn *stage_operator(struct stage *);

/* The same with lobbies, which the two below need. */
int stage_make_lobbies(void **state);
int stage_remove_lobbies(void **state);

/*
 * A connection of the nth source that has a place and has exchanged keys, and
 * has not logged in; to be freed by stage_leave, as what it is by then.
 */
struct conn *stage_stranger(struct stage *, uint32_t n);
void stage_leave(struct stage *, struct conn *);

/* What was sent: the test fails if it is not a message of this type. */
void stage_heard(int sock, struct msg *, enum msg_type);
void stage_heard_nothing(int sock);

/* The events so far, as an array to be freed. */
json_t *stage_events(struct stage *);

#endif
