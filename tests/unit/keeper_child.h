/*
 * The real et-sshd-keeper at the other end of a socketpair.
 */
#ifndef KEEPER_CHILD_H
#define KEEPER_CHILD_H

#include <sys/types.h>

#include "msg.h"
#include "place.h"

#define NODE "n1"
#define PATIENCE 30000 /* ms for what must come at all */

struct child {
	pid_t pid;
	int sock;
	struct msg m; /* the last one received */
};

/* ms of a clock that is never set. */
double now_ms(void);

void child_start(struct child *);
/* Send c->m. */
void child_send(struct child *);
/* The status as of waitpid(2). */
int child_reap(struct child *);
void child_token(struct child *, uint64_t conn, const char *text);
/* Its end closed, the keeper writes what waits and exits 0. */
void child_stop(struct child *);
/* c->m is STORE_OPEN of NODE, not yet sent; or sent. */
void child_open_make(struct child *, const char *url);
void child_open(struct child *, const char *url);
/* The next message within ms; 0: none came. */
uint32_t child_next(struct child *, double ms);
/*
 * The next of this type; what the store says of itself, and of its tokens, is
 * passed over.
 */
void child_expect(struct child *, uint32_t type);
/* Start it and open the place's store. */
void child_load(struct child *, const struct place *);

#endif
