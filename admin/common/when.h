/*
 * Times as people and programs read them.  All times are microseconds since
 * the epoch; all that is printed is UTC.
 */
#ifndef WHEN_H
#define WHEN_H

#include <stddef.h>
#include <stdint.h>

#define WHEN_TEXT 40

/*
 * Now, as the store has it: a store that servers share is the clock of all of
 * them, and when_follow says what it reads now.
 */
int64_t	when_now(void);
void	when_follow(int64_t now);
int64_t	when_ahead(void); /* of the clock here, us */

/* "2026-11-23 04:02:15", as the clock here has it. */
const char	*when_local(int64_t at, char out[WHEN_TEXT]);

/* "2026-11-23T03:02:15Z", and the same with microseconds (RFC 3339). */
const char	*when_seconds(int64_t at, char out[WHEN_TEXT]);
const char	*when_micros(int64_t at, char out[WHEN_TEXT]);

/* "45 s", "12 min", "3 h", "5 days"; negative counts as 0. */
const char	*when_span(int64_t seconds, char out[WHEN_TEXT]);

/* "45 s ago", or "never" for 0. */
const char	*when_ago(int64_t at, int64_t now, char out[WHEN_TEXT]);

/* "in 45 s", "now", or "3 min ago". */
const char	*when_due(int64_t at, int64_t now, char out[WHEN_TEXT]);

#endif
