/*
 * Logins that were used.  A login signs its connection's session id, which is
 * the hash that the worker had signed first: a worker taken over can have an
 * old one signed again, with an old login to it.  The last REPLAY_LOGINS
 * logins, and up to as many before them, are remembered and good only once.
 */
#ifndef REPLAY_H
#define REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REPLAY_LOGINS 65536

struct replay;

/* NULL: no memory, or no random numbers. */
struct replay *replay_new(void);
void replay_free(struct replay *);

/*
 * A login over this session id (20 bytes or more) is good: remember it.
 * Returns false when it was remembered already.
 */
bool replay_first(struct replay *, const uint8_t *session, size_t len);

#endif
