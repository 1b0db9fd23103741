/*
 * event-log-seal: the hash chain of the event log's lines and the key that
 * signs it.  event.c reports the fate of each line; a line that is dropped is
 * not in the chain.
 */
#ifndef EVENT_SEAL_H
#define EVENT_SEAL_H

#include <stdbool.h>
#include <stddef.h>

#include "event_field.h"

struct event_seal;

/* A chain signed by the private key of a file (hostkey_read).  NULL and why. */
struct event_seal *event_seal_new(const char *key, const char **why);
void event_seal_free(struct event_seal *);

/* From now on n bytes stand in front of each line, which are no part of it. */
void event_seal_skip(struct event_seal *, size_t n);

/*
 * Go on behind the last line of the log at path, or of path.1 when that is
 * empty.  Returns the bytes of a line at its end that was never ended: the
 * next byte that is written to it is a newline.
 */
size_t event_seal_resume(struct event_seal *, const char *path);

/* "new chain", "after the last line", "after a torn line". */
const char *event_seal_standing(const struct event_seal *);
/* The key's, SHA256:... */
const char *event_seal_fingerprint(const struct event_seal *);

/* Give the event that comes next its "prev"; -1: out of memory. */
int event_seal_link(struct event_seal *, json_t *event);
/* The event has become this line, queued to be written. */
void event_seal_line(struct event_seal *, const char *line, size_t len);
/* Bytes of queued lines were written. */
void event_seal_wrote(struct event_seal *, const char *bytes, size_t n);
/* All other queued lines are dropped; torn: one is partly written. */
void event_seal_lost(struct event_seal *, bool torn);

/* Have lines come since the last signature? */
bool event_seal_due(const struct event_seal *);
/* Sign this log.seal, which has its head; it is lost when that fails. */
void event_seal_sign(struct event_seal *, struct event *, const char *reason);

#endif
