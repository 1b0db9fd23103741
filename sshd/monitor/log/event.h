/*
 * The event log: one JSON object a line (EVENTS in et-sshd(8)).
 *
 * Untrusted text must have been through clean_text.  Events are kept in memory
 * until event_flush, which never blocks: if the log cannot be written, events
 * are dropped and counted.
 */
#ifndef EVENT_H
#define EVENT_H

#include <stdbool.h>
#include <stddef.h>
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
 * event-log-seal: from now on each event has the hash of the line before it,
 * also across runs, and the private key of this file signs them.  NULL, or why
 * not.
 */
const char *event_chain(struct eventlog *, const char *key);

/*
 * Sign the lines since the last signature, if there are any and a chain.  A
 * rotation and the event "stop" sign by themselves.
 */
void event_sign(struct eventlog *, const char *reason);

/*
 * Call back with each event that is logged from now on: its fields, and its line
 * without the newline, which ends with the call.  There is one such callback.
 */
typedef void event_watcher(
    void *arg, const json_t *fields, const char *line, size_t len);
void event_watch(struct eventlog *, event_watcher *, void *arg);

/* The file's descriptor, to be given to the user that will reopen it. */
int event_fd(const struct eventlog *);

/*
 * Begin an event, to which fields are added (event_field.h); event_end writes
 * it or counts it as dropped.
 */
struct event event_begin(struct eventlog *, const char *name);
void event_end(struct event *);

/* Log an event whose only field is "reason". */
void event_reason(struct eventlog *, const char *name, const char *reason);

void event_flush(struct eventlog *);

/*
 * Has no allocation of jansson failed since the last call?  jansson leaves out
 * what it has no memory for, and does not always report that.
 */
bool event_whole(void);

/* Can the file not be written? */
bool event_failing(const struct eventlog *);

/* How many events were dropped since the start. */
uint64_t event_dropped(const struct eventlog *);

#endif
