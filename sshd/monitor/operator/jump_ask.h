/*
 * The device and port that a jump is for, and whether they are granted to the
 * operator: the same for a channel and for a visitor of the page.
 */
#ifndef JUMP_ASK_H
#define JUMP_ASK_H

#include <stdbool.h>

struct jump_asker;
struct msg_reach;

/*
 * Whether the asker may ask for one more jump.  False: *wrong is what its process
 * did wrong, which ends it; or NULL, the connection asked too often, and ends.
 */
bool jump_may_ask(const struct jump_asker *, const char **wrong);

/* Begin the jump, or refuse it: the asker is answered by REACHED. */
void jump_ask(const struct jump_asker *, const struct msg_reach *);

#endif
