/*
 * An alert: one line of the stream that et-sshd writes (doc/alerts.md), checked
 * and made safe.  It is a JSON object whose members are texts, numbers, booleans
 * and arrays of texts, without control characters, each bounded; so no template
 * needs to look for line ends, and nothing is nested.
 */
#ifndef ALERT_LINE_H
#define ALERT_LINE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ALERT_LINE	65536	/* bytes of a line; a longer one is no alert */
#define ALERT_TEXT	1024	/* bytes of a text */
#define ALERT_ID	128	/* bytes of an id, all of them visible ASCII */
#define ALERT_LIST	50	/* texts of an array */
#define ALERT_TIME	32	/* of a time, as time_text writes it, with NUL */

/*
 * The alert that a line of n bytes holds.  NULL: it is none, and *why says what
 * is wrong with it (a static string).
 */
json_t		*alert_parse(const char *line, size_t n, const char **why);

/* A member that is a text; "" if it is not there. */
const char	*alert_text(const json_t *alert, const char *key);
bool		 alert_is_close(const json_t *);
bool		 alert_is_summary(const json_t *);
/* since, or time where since is no time; the same of until. */
const char	*alert_since(const json_t *);
const char	*alert_until(const json_t *);

/* The same id and the same event. */
bool		 alert_equal(const json_t *, const json_t *);

/* For et-notify --test: an alert of kind "test".  NULL: no memory. */
json_t		*alert_test(void);

/*
 * One alert that stands for those of an array, of which missed more were
 * dropped.  NULL: no memory.
 */
#define ALERT_SUMMED	100	/* alerts that it lists */
json_t		*alert_summary(json_t *alerts, unsigned int missed);

/* Seconds since the epoch as RFC 3339 with milliseconds, in UTC. */
void		 time_text(int64_t us, char text[ALERT_TIME]);

#endif
