/*
 * Commands that a visitor gives on the page: the monitor runs each in a console
 * of its own, as the operator, if the key is the connection's.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ev.h>

#include "act.h"
#include "msg.h"

#define COMMANDS 4 /* at once */
#define COMMAND_OUTPUT 65536 /* bytes kept of its output, and of its errors */

struct page;
struct request;

struct command_stream {
	struct command *command;
	int fd; /* -1: closed, or not come yet */
	ev_io on_read;
	char *text; /* NUL behind it */
	size_t len;
	uint64_t bytes; /* in all */
};

struct command {
	struct page *page;
	struct request *request; /* that is resumed when it is done */
	uint32_t id;
	struct command_stream out, err;
	bool started; /* its streams have come */
	bool ended; /* the monitor has said so */
	bool done; /* and all of its output has come */
	bool late; /* not done in time */
	uint32_t status;
	char refused[MSG_TEXT]; /* by the monitor: why; or "" */
	ev_timer on_late;
	struct command *prev, *next;
};

/*
 * Have a command run for a request, which is paused until it is done.  key: as
 * the visitor gave it.  NULL: too many at once, or no memory.  It belongs to the
 * caller, who frees it after the request was resumed.
 */
struct command *command_start(struct request *, const char *key,
    const char text[MSG_COMMAND_TEXT]);
void command_free(struct command *);

/* STREAM and COMMANDED of the monitor, in page.in; the descriptor is taken. */
void command_hear_stream(struct page *, int fd);
void command_hear_end(struct page *, int fd);

#endif
