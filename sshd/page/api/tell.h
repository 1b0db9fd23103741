/*
 * The answers of /api/, as JSON: one maker for each.  A maker returns the HTTP
 * status.  200: *out is the answer, which the caller frees; 204: nothing has
 * changed; else error is a line for people.
 */
#ifndef TELL_H
#define TELL_H

#include "asked.h"
#include "view.h"

typedef unsigned int tell_maker(struct view *, const struct asked *,
    json_t **out, char error[ASKED_ERROR]);

tell_maker	tell_me, tell_fleet, tell_rows, tell_device, tell_tokens,
    tell_operators, tell_server, tell_alerts;

/* The status for a store that failed; error says so, without its texts. */
unsigned int	tell_failed(struct view *, enum store_result,
    char error[ASKED_ERROR]);

/* 200 for an answer, 500 for one for which there was no memory. */
unsigned int	tell_done(json_t *answer, json_t **out,
    char error[ASKED_ERROR]);

/* 403, for those that are not admins. */
unsigned int	tell_admins_only(char error[ASKED_ERROR]);

/* Counts as an object. */
json_t		*tell_counts(const struct fleet_counts *);

#endif
