/*
 * Jumps through a tunnel on another node: the stream to that node takes the place
 * of the JOIN.  What fails there makes the jump wait again, with its wish held,
 * unless the device has refused it.
 */
#ifndef JUMP_REMOTE_H
#define JUMP_REMOTE_H

#include <stdbool.h>

struct jump;

/*
 * Begin the stream of a jump that waits, if its device has a tunnel to the port on
 * another node.  False: there is none.  The jump may have failed, and be freed.
 */
bool jump_remote_begin(struct jump *);

#endif
