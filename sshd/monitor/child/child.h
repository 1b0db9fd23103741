/*
 * A child process, worker, keeper or console, as the monitor sees it: its
 * socket, its messages, its end, and another in its place.
 */
#ifndef CHILD_H
#define CHILD_H

#include <sys/types.h>

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

#include "launch.h"
#include "msg.h"
#include "pool.h"

struct monitor;
struct child;

/* The differences between kinds of child. */
struct role {
	const char *name;
	enum launch_role launch;
	enum pool pool; /* a worker's: whose connections it carries */
	/* The child was requested: send its first messages. */
	void (*greet)(struct child *);
	/* A message came (with fd or -1, closed afterwards): NULL, or what
	 * was wrong with it, which ends the child. */
	const char *(*hear)(struct child *, struct msg *);
	/* A SIGN came, and is waited for: fill in the answer.  As hear. */
	const char *(*sign)(
	    struct child *, const struct msg *, struct msg *answer);
	/* The child is gone, and everything that it held. */
	void (*lost)(struct child *);
	/*
	 * A child that runs once has ended, with this status as wait(2) has it,
	 * or -1 and a reason, and is freed.  NULL: another takes its place.
	 */
	void (*ended)(struct child *, int status);
};

struct child {
	struct monitor *m;
	const struct role *role;
	uint32_t tag;
	void *of; /* of one that runs once: whose */
	pid_t pid; /* 0 until the launcher has said it */
	bool ready; /* may be given work */
	bool draining; /* gets no more of it */
	bool retiring; /* drains when another is ready */
	bool heard; /* something, since the last ping */
	int sock; /* -1: gone */
	int sign; /* a worker's second one, for SIGN */
	int sign_peer; /* its other end, until greet sent it */
	struct msgq *queue;
	ev_io on_read;
	ev_io on_write;
	ev_io on_sign;
	ev_timer again; /* to start another */
	ev_timer doom; /* child_fail takes effect; or it must end */
	bool doomed;
	double started;
	unsigned int failures; /* in a row, each soon after its start */
	unsigned int pings; /* not answered yet */
	uint32_t channels; /* of a device's connection, as SETUP said */
	unsigned int conns; /* held now */
	unsigned int selftests; /* SIGN before it was ready */
	uint8_t cookie[MSG_COOKIE]; /* for them */
	uint64_t served; /* connections given in all */
	char reason[128]; /* why the monitor ended it, or "" */
	struct child *prev, *next;
};

/* Start a child; it is in the monitor's list (or its keeper) at once. */
struct child *child_start(struct monitor *, const struct role *);

/* Start one that runs once, and is the caller's.  NULL: it cannot be had. */
struct child *child_start_once(struct monitor *, const struct role *, void *of);

/* Send; a child that does not read is ended.  fd stays the caller's. */
void child_send(struct child *, const struct msg *, int fd);

/* So much waits for it that what can be spared should be. */
bool child_behind(const struct child *);

/* A descriptor waits for it: what can wait elsewhere should. */
bool child_has_waiting(const struct child *);

/*
 * End it for this reason, with SIGKILL.  What it held is lost when the loop
 * comes round next, never inside this call.
 */
void child_fail(struct child *, const char *reason);

/* Have the launcher kill it, at once or as soon as it is not busy. */
void child_kill(struct child *);

/* A report of the launcher on a child. */
void child_report(struct monitor *, const struct launch_report *);

/*
 * The child has served its time: another of its role is started, and when that
 * is ready this one drains.  Without memory for that it goes on.
 */
void child_retire(struct child *);

/* No more connections for it: it ends after its last one. */
void child_drain(struct child *);

/* Every ten seconds or so: does a worker still run its loop? */
void child_watch(struct child *);

/* At the end: all that waits has been sent, and it is told to end. */
void child_finish(struct child *);

void child_free(struct child *);

#endif
