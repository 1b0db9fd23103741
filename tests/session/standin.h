/*
 * Stands in for et-sshd where a test runs a worker's code in its own process:
 * it signs with a key of its own, answers by the same table as
 * monitor/answer.c, and notes what a real one would end the worker for.
 */
#ifndef STANDIN_H
#define STANDIN_H

#include <stdbool.h>
#include <stddef.h>

#include "msg.h"

#define STANDIN_CONN 1 /* the number of its only connection */
#define STANDIN_CHANNELS 64 /* that it may hold */

enum standin_state {
	STANDIN_KEX, /* not logged in */
	STANDIN_OPEN, /* a device */
	STANDIN_OPERATOR,
	STANDIN_ENROL, /* with a token */
	STANDIN_ENDING, /* CLOSE was sent */
	STANDIN_GONE /* BYE has come */
};

/* What it answers. */
struct standin_use {
	bool offers; /* an offered key would do */
	enum msg_role logins; /* as whom; 0: no login is good */
	bool listens; /* a port is granted, a jump leads somewhere */
	unsigned int forwards; /* are wanted, from port 9000 on */
	/* 0, too: there is no installer, and no device is registered */
};

struct standin;

/*
 * A monitor on this socket, which it closes in the end.  There is one at a
 * time.  NULL without memory.
 */
struct standin *standin_new(int sock, const struct standin_use *);
void standin_free(struct standin *);

/* Hand a connection to the worker; fd stays the caller's. */
void standin_accept(struct standin *, int fd);

/*
 * Say CLOSE, DRAIN, PING; UNLISTEN or WANTED of a port; JUMP_CLOSE or COMMANDED of the
 * worker's channel; HINTS of so many bytes.
 */
void standin_say(struct standin *, enum msg_type, uint32_t number);

/* Answer what has been asked.  Returns how many messages there were. */
unsigned int standin_serve(struct standin *);

/* Its socket, for who says something else in its place. */
int standin_socket(const struct standin *);

enum standin_state standin_state(const struct standin *);

/* What the worker did that it must not (a static string); NULL: nothing. */
const char *standin_wrong(const struct standin *);

/*
 * A connection to a device's i-th port that is open, or the other end of an
 * operator's i-th jump, or command while there is one; non-blocking.  -1: there is none.
 */
int standin_visit(struct standin *, size_t i);

/* Say JOIN for a jump to this port.  Returns its other end, or -1. */
int standin_join(struct standin *, uint32_t port);

#endif
