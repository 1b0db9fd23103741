/*
 * The first bytes of a visitor's stream, which tell whom the visitor is for: the
 * page itself, or the web interface of a device.  Only they are read, without
 * taking them from the stream (recv(2), MSG_PEEK): a device gets its visitor's
 * stream from the first byte on.
 *
 * A stream begins with an HTTP/1 request (RFC 9112) or with a TLS ClientHello
 * (RFC 8446, section 4.1.2).  What two readers could read in two ways is
 * refused.
 */
#ifndef FIRST_BYTES_H
#define FIRST_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "site.h"

#define FIRST_BYTES 16384 /* of a request's header, or a ClientHello */

enum first_is {
	FIRST_MORE, /* valid so far, not complete */
	FIRST_PAGE, /* a request for the page itself */
	FIRST_DEVICE,
	FIRST_REFUSED
};

struct first_bytes {
	enum first_is is;
	bool tls; /* a ClientHello: no text may be answered */
	struct site site; /* of a device, its port filled in */
	bool navigation; /* GET of a page that a person will look at */
	size_t head; /* bytes of a request's header */
	uint64_t length; /* of its body, by Content-Length */
	bool chunked; /* by Transfer-Encoding */
	bool upgrade; /* may leave HTTP: RFC 9110, section 7.8 */
	unsigned int status; /* of a refused request: 400, 414, 421, ... */
	uint8_t alert; /* of a refused ClientHello: RFC 8446, section 6.2 */
	const char *why; /* FIRST_REFUSED: a static string */
};

/*
 * Read the len bytes that there are.  FIRST_MORE never comes of FIRST_BYTES or
 * more; FIRST_REFUSED comes as soon as it is certain.
 */
void first_bytes_read(const uint8_t *, size_t len, struct first_bytes *);

/* For the readers below: refuse a request, or a ClientHello. */
void first_bytes_refuse(
    struct first_bytes *, unsigned int status, const char *why);
void first_bytes_alert(struct first_bytes *, uint8_t alert, const char *why);

#endif
