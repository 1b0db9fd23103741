/*
 * The requests of a stream that leads to a device, one after the other: each
 * must be for the device that the first was for, and none may be what a page of
 * another site asks (first_request.h), since a browser uses a stream again for
 * whichever page has a request for that name.  Only the boundaries of requests
 * are read (RFC 9112, sections 6 and 7.1); nothing is changed.
 *
 * Past a request with Upgrade, and in TLS, everything passes.
 */
#ifndef REQUEST_WATCH_H
#define REQUEST_WATCH_H

#include <stddef.h>
#include <stdint.h>

#include "first_bytes.h"

#define REQUEST_LINE 1024 /* bytes of a chunk's size with its extensions */
#define REQUEST_TRAILER 8192 /* bytes behind the last chunk */

enum request_watch_state {
	WATCH_HEAD,
	WATCH_LENGTH, /* of a body of known length */
	WATCH_SIZE, /* of a chunk */
	WATCH_SIZE_END, /* its extensions */
	WATCH_CHUNK,
	WATCH_CHUNK_END,
	WATCH_TRAILER,
	WATCH_ALL /* nothing is read any more */
};

struct request_watch {
	enum request_watch_state state;
	struct site site;
	uint64_t left; /* bytes of the body or the chunk */
	unsigned int line; /* bytes read of a chunk's size, or the trailer */
	unsigned int empty; /* bytes of the trailer's present line */
};

/* Watch a stream from its first byte on, whose first bytes were read. */
void request_watch_start(struct request_watch *, const struct first_bytes *);

/*
 * How many of these bytes may be passed on.  The rest is the beginning of a
 * header, and is to be given again with what follows: at most FIRST_BYTES.
 * *wrong: NULL, or why the stream is to end (a static string).
 */
size_t request_watch_pass(struct request_watch *, const uint8_t *, size_t len,
    const char **wrong);

#endif
