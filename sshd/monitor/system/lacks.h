/*
 * Protections that this system, or the way et-sshd was started, does not offer:
 * et-sshd runs without them, and reports that.
 */
#ifndef LACKS_H
#define LACKS_H

#include <jansson.h>

struct monitor;

/* For the event start: an array of strings, which the caller owns. */
json_t *lacks_list(const struct monitor *);

/* Print a line for each, with its remedy: at the start, and for -t. */
void lacks_say(const struct monitor *);

#endif
