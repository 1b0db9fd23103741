/*
 * A change of the store on an operator's behalf: one transaction with the
 * note of who did what, and the wait until the servers have acted on it.
 *
 *	change_begin(a);
 *	store_...();
 *	change_commit(a, &seq, "device remove %s", name);
 *	change_settle(a, seq, "device x removed");
 */
#ifndef CHANGE_H
#define CHANGE_H

#include "admin.h"

#define CHANGE_WAIT	1000	/* ms for the servers to act on it */

/*
 * Returns the login name of the caller, behind sudo too, when root vouches for
 * it.  To be asked before root becomes the store's owner.
 */
void	change_login(char login[DEVICE_NAME]);

enum admin_exit	change_begin(struct admin *);

/*
 * Commit, with a note for the event log: the noun, the verb and what it was
 * about.  When result (what the change
 * itself came to) is not STORE_OK: roll back and say why.  *seq is the
 * change's number.
 */
enum admin_exit	change_commit(struct admin *, enum store_result result,
    int64_t *seq, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/*
 * Wait: has every server that is alive acted on it in time?  Or this node alone,
 * if it is not NULL.
 */
bool	change_applied(struct admin *, int64_t seq, const char *node);

/*
 * Wait until every server that is alive has acted on change seq.  Then, or when
 * none runs, say done and return ADMIN_DONE; ADMIN_FAILED when one did not
 * confirm in time: which, and from when on it refuses logins by itself, is said.
 * ended counts the sessions that the change ends (-1: not of interest).
 */
enum admin_exit	change_settle(
    struct admin *, int64_t seq, int ended, const char *done);

/* How many live sessions fit: of the device, and with the key if not NULL. */
int	change_sessions(struct admin *, int64_t device, const uint8_t *digest);

#endif
