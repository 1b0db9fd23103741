/*
 * Features that this system, or the way in which et-sshd was started, lacks:
 * et-sshd runs without it, and says so.
 */
#ifndef LACKS_H
#define LACKS_H

#include <jansson.h>

struct monitor;

/* For the event start: a string each, none when there is nothing. */
json_t *lacks_list(const struct monitor *);

/* A line each on standard error, with the cure: at the start, and by -t. */
void lacks_say(const struct monitor *);

#endif
