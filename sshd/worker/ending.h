/*
 * The end of a session. session_end marks it; in its turn the session is torn
 * down, once, in the order of one table.  What is queued for the client may
 * still be sent; then come the disconnect message and BYE.
 */
#ifndef ENDING_H
#define ENDING_H

#include <stdbool.h>

struct session;

/*
 * Proceed with the end of a session that is ending.  True: the session is
 * freed.
 */
bool ending_proceed(struct session *);

/* Free a session when the worker ends; nothing is sent to the client. */
void ending_free(struct session *);

#endif
