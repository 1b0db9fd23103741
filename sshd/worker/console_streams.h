/*
 * Joins the streams of a console with the channel of its command: what the
 * operator sends goes to stdin, the output is sent as data, and errors as
 * extended data (RFC 4254 5.2), or as data to a client that has a terminal.  If
 * the console reads slowly, libssh's window closes; if the operator reads
 * slowly, the console is not read.
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
	int fd; /* a stream's descriptor; -1: not there yet, or closed */
	bool over; /* the stream has ended */
	struct rest rest; /* bytes that wait for the channel */
	ev_io io;
};

struct console_streams {
	struct session *session;
	ssh_channel channel;
	struct ssh_channel_callbacks_struct callbacks;
	bool terminal; /* the client has a terminal, of these properties */
	uint32_t columns;
	uint32_t rows;
	bool colour;
	bool deaf; /* input of the operator is discarded from now on */
	bool gone; /* the operator has closed the channel */
	struct console_stream out; /* stdin and stdout, one socket */
	struct console_stream err;
	struct rest in; /* bytes that wait for the console */
	size_t held; /* further bytes that libssh holds */
	bool in_eof;
	bool in_shut;
	const char *failed; /* the reason to end, or NULL */
	uint64_t bytes_in;
	uint64_t bytes_out;
};

/* Keep the channel's data from now on.  The channel outlives the streams. */
void console_streams_begin(struct console_streams *, struct session *, ssh_channel);
void console_streams_free(struct console_streams *);

/*
 * Take one of the two descriptors, IN_OUT or ERR. False: it is there already.
 */
bool console_streams_attach(struct console_streams *, bool err, int fd);

/* Send a line of the server's own as an error.  False without memory. */
bool console_streams_say(struct console_streams *, const char *line);

/*
 * Move what can be moved, both ways.  NULL, or why the streams must end: there
 * is no memory, or the operator has sent more than the window.  Never called
 * from a callback.
 */
const char *console_streams_pump(struct console_streams *);

/* Whether all that the console had to say was sent. */
bool console_streams_over(const struct console_streams *);

/* Stop both directions. */
void console_streams_close(struct console_streams *);

#endif
