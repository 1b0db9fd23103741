/*
 * The file of the event log and its queue of lines.  A write never blocks.
 * Lines that cannot be written are dropped whole, and counted; a line partly
 * written is ended by a newline.
 */
#ifndef EVENT_FILE_H
#define EVENT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EVENT_FILE_BUFFER (1024 * 1024) /* bytes */

struct event_seal;

struct event_file {
	char *path;
	const char *what; /* in what is said of it; NULL: the event log */
	int fd;
	bool regular; /* a file: write never blocks long */
	bool journal; /* a line begins with its priority */
	bool failing;
	size_t cut; /* bytes of a line not yet whole */
	uint64_t dropped; /* events */
	struct event_seal *seal; /* NULL: no chain */
	size_t len; /* of what waits in buffer */
	char buffer[EVENT_FILE_BUFFER];
};

/* Open path, as event_open has it; the rest of f is zero.  -1: see errno. */
int event_file_open(struct event_file *, const char *path);
void event_file_close(struct event_file *);

/* Open the path anew.  -1: see errno; the old file stays. */
int event_file_reopen(struct event_file *);

/* Write what waits; true: nothing waits any more, and all was written. */
bool event_file_write(struct event_file *);

#endif
