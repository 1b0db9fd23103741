/*
 * How a session ends.  session_end marks it; in its turn it is torn down, once,
 * in the order of one table; what is queued for the client may still go; then
 * it says goodbye, and BYE.
 */
#ifndef ENDING_H
#define ENDING_H

#include <stdbool.h>

struct session;

/*
 * Go on with the end of a session that is ending.  True: it is over, and freed.
 */
bool ending_proceed(struct session *);

/* The worker ends: all is freed, without a word to the client. */
void ending_free(struct session *);

#endif
