/*
 * The state that outlives et-notify: a file of JSON in a folder of its own, which
 * is replaced at once and whole.
 */
#ifndef STATE_H
#define STATE_H

#include <jansson.h>
#include <stdbool.h>

/*
 * Lock the folder for this process, until it ends.  false: why has been said.
 */
bool	 state_lock(const char *folder);

/*
 * The state; NULL: there is none.  A file that is damaged is set aside as
 * state.json.bad, which is said, and *lost is set.
 */
json_t	*state_load(const char *folder, bool *lost);

/* Returns 0, or errno; then the old state is there. */
int	 state_save(const char *folder, const json_t *);

#endif
