/*
 * The event log: one JSON object a line (EVENTS in et-sshd(8)).
 *
 * Text that came from a stranger must have been through clean_text.  Events
 * are kept in memory until event_flush, which never blocks: a log that cannot
 * be written costs events, which are counted, and never the server.
 */
#ifndef EVENT_H
#define EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "event_field.h"

struct eventlog;

/*
 * path: "stderr" or a file, which is appended to.  Where stderr is a stream of
 * systemd's journal each line has its priority in front (event_level.h), which
 * the journal takes away.  NULL: see errno.
 */
struct eventlog *event_open(const char *path, const char *node);
void event_close(struct eventlog *);

/* Open the file anew, after a rotation.  -1: see errno; the old one stays. */
int event_reopen(struct eventlog *);

/*
 * event-log-seal: from now on each event has the hash of the line before, be
 * it one of an earlier run's, and the file's private key signs them.  NULL, or
 * why that cannot be.
 */
const char *event_chain(struct eventlog *, const char *key);

/*
 * Sign what was written since this was done last, if anything was, and if there
 * is a chain.  At a rotation and at the end ("stop", always) it is done by
 * itself.
 */
void event_sign(struct eventlog *, const char *reason);

/* The file's descriptor, to be given to the user that will reopen it. */
int event_fd(const struct eventlog *);

/*
 * An event: begun, its fields added (event_field.h), and ended, which writes it
 * or counts it as dropped.
 */
struct event event_begin(struct eventlog *, const char *name);
void event_end(struct event *);

/* Logs an event whose only field is "reason". */
void event_reason(struct eventlog *, const char *name, const char *reason);

void event_flush(struct eventlog *);

/*
 * Is all there that was made with jansson since this was asked last?  Without
 * memory it leaves things out, and does not always say so.
 */
bool event_whole(void);

/* How many events were dropped since the start. */
uint64_t event_dropped(const struct eventlog *);

#endif
