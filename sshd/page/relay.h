/*
 * Joins the streams of a visitor and of a device, both ways: what one sends, the
 * other receives, unchanged, as long as the requests are for this device
 * (request_watch.h).  Each way ends by itself (shutdown(2), SHUT_WR), so that
 * WebSockets, uploads and servers that answer late pass.
 *
 * Bounds: a stream is read only when what was read before is passed on, at most
 * RELAY_PIECE bytes at a time.
 */
#ifndef RELAY_H
#define RELAY_H

#include <stdbool.h>
#include <stdint.h>

#include <ev.h>

#include "request_watch.h"

#define RELAY_PIECE 32768 /* bytes */

struct relay;

struct relay_use {
	struct ev_loop *loop;
	int visitor; /* both descriptors are taken, and non-blocking */
	int device;
	struct request_watch watch; /* of the visitor's requests */
	/* Both ways have ended; the relay is to be freed. */
	void (*ended)(void *arg, const char *reason);
	void *arg;
};

/* NULL without memory: the descriptors are then the caller's. */
struct relay *relay_start(const struct relay_use *);

/* Close both descriptors and free the relay, which may be NULL. */
void relay_free(struct relay *);

/* Bytes passed on from the device, and to it. */
uint64_t relay_bytes_in(const struct relay *);
uint64_t relay_bytes_out(const struct relay *);

#endif
