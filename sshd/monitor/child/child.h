/*
 * A child process (worker, keeper, console or page) as the monitor sees it: its
 * socket, its messages, its exit, and its restart.
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

/* A kind of child, by its launcher role and its callbacks. */
struct role {
	const char *name;
	enum launch_role launch;
	enum pool pool; /* a worker's: the pool of its connections */
	/* The launcher was asked to start it: send its first messages. */
	void (*greet)(struct child *);
	/* A message came (with fd or -1, closed afterwards): NULL, or what
	 * was wrong with it, which ends the child. */
	const char *(*hear)(struct child *, struct msg *);
	/* A SIGN came, whose sender blocks: fill in the answer.  As hear. */
	const char *(*sign)(
	    struct child *, const struct msg *, struct msg *answer);
	/* The socket is closed: drop what depends on the child. */
	void (*lost)(struct child *);
	/*
	 * A child that runs once has exited, with a wait(2) status, or -1 and
	 * child.reason; it is freed afterwards.  NULL: the child is restarted.
	 */
	void (*ended)(struct child *, int status);
};

struct child {
	struct monitor *m;
	const struct role *role;
	uint32_t tag;
	void *of; /* the owner of one that runs once */
	pid_t pid; /* 0 until the launcher reports it */
	bool ready; /* may be given work */
	bool draining; /* gets no more connections */
	bool retiring; /* drains once another is ready */
	bool heard; /* something, since the last ping */
	int sock; /* -1: gone */
	int sign; /* a worker's second one, for SIGN */
	int sign_peer; /* its other end, until greet sent it */
	struct msgq *queue;
	ev_io on_read;
	ev_io on_write;
	ev_io on_sign;
	ev_timer again; /* to start another */
	ev_timer doom; /* child_fail takes effect, or must have */
	bool doomed;
	double started;
	unsigned int failures; /* in a row, each soon after its start */
	unsigned int pings; /* not answered yet */
	uint32_t channels; /* of a device's connection, as SETUP said */
	unsigned int conns; /* its connections now */
	unsigned int selftests; /* SIGN before it was ready */
	uint8_t cookie[MSG_COOKIE]; /* for them */
	uint64_t served; /* connections given in all */
	char reason[128]; /* why the monitor ended it, or "" */
	struct child *prev, *next;
};

/* Start a worker or the keeper, which the monitor owns.  NULL: no memory. */
struct child *child_start(struct monitor *, const struct role *);

/* Start a child that runs once, for this owner.  NULL: it cannot be started. */
struct child *child_start_once(struct monitor *, const struct role *, void *of);

/*
 * Queue a message; past the queue's limit the child is ended.  fd is borrowed.
 */
void child_send(struct child *, const struct msg *, int fd);

/* Is the queue so long that messages which can be spared should be? */
bool child_behind(const struct child *);

/* Does the queue have a descriptor?  Others should wait outside of it. */
bool child_has_waiting(const struct child *);

/*
 * End the child with SIGKILL, for this reason (copied).  role.lost is called in
 * the loop's next turn, never within this call.
 */
void child_fail(struct child *, const char *reason);

/* Have the launcher kill the child, at once or once it is not busy. */
void child_kill(struct child *);

/* Take in the launcher's report on a child. */
void child_report(struct monitor *, const struct launch_report *);

/*
 * Replace a worker that has served worker-lifetime connections: another is
 * started, and when that is ready this one drains.  Without memory it stays.
 */
void child_retire(struct child *);

/* Give the worker no more connections; it exits after its last one. */
void child_drain(struct child *);

/* Every ten seconds: ping the worker, and end it if its loop has stalled. */
void child_watch(struct child *);

/* At the end: flush the queue and shut the socket down, so that it exits. */
void child_finish(struct child *);

void child_free(struct child *);

#endif
