/*
 * The bytes of one stream: TLS on the one side, the local end on the other, both
 * ways, with half-closes (close_notify and shutdown(2)).
 *
 * Bounds: a side is read only while nothing is left of what was read from it
 * before, at most LINK_PIECE at once; libssl holds at most four records more.
 */
#ifndef RELAY_H
#define RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tls.h"

struct rest { /* bytes that a side did not take */
	uint8_t *bytes;
	size_t at;
	size_t len;
};

struct relay {
	struct tls *tls;
	int local; /* the local end */
	uint8_t *buffer; /* LINK_PIECE bytes, used within a turn alone */
	struct rest to_tls;
	struct rest to_local;
	bool local_readable; /* the loop said so, and nothing was read since */
	bool local_full; /* the local end takes no more for now */
	bool tls_full; /* a write is to be repeated */
	bool local_ended; /* it sends no more */
	bool tls_ended; /* the peer sends no more */
	bool tls_shut; /* close_notify was sent */
	bool local_shut; /* the local end gets no more */
	bool deaf; /* the local end takes no more, ever */
	bool lost; /* the peer has closed what it still had to read from */
	bool more; /* a turn ended before its work did */
	const char *reason; /* of the end */
	uint64_t in;
	uint64_t out;
};

/* Pass on what can be passed on now; sets reason when all is over. */
void relay_pump(struct relay *);

/* Whether each descriptor is to be watched, for EV_READ and EV_WRITE. */
int relay_watch_tls(const struct relay *);
int relay_watch_local(const struct relay *);

/* Free what is left; the descriptor and tls stay the caller's. */
void relay_clear(struct relay *);

#endif
