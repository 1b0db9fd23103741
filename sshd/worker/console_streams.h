/*
 * A console's streams and the channel of its command: what the operator sends
 * goes to its stdin, what it prints comes as data, and what it says of errors as
 * extended data (RFC 4254 5.2), or as data for who has a terminal.  A console
 * that reads little lets libssh's window close; one whose operator reads little
 * is not read.
 */
#ifndef CONSOLE_STREAMS_H
#define CONSOLE_STREAMS_H

#include <ev.h>
#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <stdbool.h>
#include <stdint.h>

#include "rest.h"

struct session;

struct console_stream {
	struct session *session;
	int fd; /* -1: not there yet, or closed */
	bool over; /* nothing more will come of it */
	struct rest rest; /* for the channel */
	ev_io io;
};

struct console_streams {
	struct session *session;
	ssh_channel channel;
	struct ssh_channel_callbacks_struct callbacks;
	bool terminal; /* and how large it was, and whether it has colours */
	uint32_t columns;
	uint32_t rows;
	bool colour;
	bool deaf; /* what the operator still sends is forgotten */
	bool gone; /* the operator has closed the channel */
	struct console_stream out; /* and in */
	struct console_stream err;
	struct rest in; /* for the console */
	size_t held; /* bytes more that libssh holds */
	bool in_eof;
	bool in_shut;
	const char *failed; /* why it cannot go on, or NULL */
	uint64_t bytes_in;
	uint64_t bytes_out;
};

/* From now on the channel's data is kept.  The channel outlives it. */
void console_streams_begin(struct console_streams *, struct session *, ssh_channel);
void console_streams_free(struct console_streams *);

/* Take one of its two descriptors: IN_OUT, or ERR.  False: it has that. */
bool console_streams_attach(struct console_streams *, bool err, int fd);

/* A line of our own, as an error.  False without memory. */
bool console_streams_say(struct console_streams *, const char *line);

/*
 * Move what can be moved, both ways.  NULL, or why that cannot go on: there is
 * no memory, or the operator has sent more than the window.  Never called from
 * a callback.
 */
const char *console_streams_pump(struct console_streams *);

/* Has all been said that the console had to say? */
bool console_streams_over(const struct console_streams *);

/* Nothing more goes either way. */
void console_streams_close(struct console_streams *);

#endif
