/*
 * The priority of an event (syslog(3)), which systemd-journald takes from the
 * beginning of a line on stderr: "<4>" (sd-daemon(3)).
 */
#ifndef EVENT_LEVEL_H
#define EVENT_LEVEL_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes before the line, of which nothing comes into the journal. */
#define EVENT_LEVEL_PREFIX 3

/*
 * Is fd a stream of the journal, as $JOURNAL_STREAM has it (systemd.exec(5))?
 */
bool event_level_journal(int fd);

/* LOG_ERR to LOG_INFO; reason may be NULL. */
int event_level(const char *event, const char *reason);

#endif
