/*
 * The header of an HTTP/1 request (RFC 9112, sections 3 and 5), as far as it
 * tells whom the request is for.
 */
#ifndef FIRST_REQUEST_H
#define FIRST_REQUEST_H

#include <stddef.h>

struct first_bytes;

/*
 * Read the len bytes that there are into *f.  Refused with what is malformed:
 * a bare CR or LF, another control character, a folded line, HTTP/0.9, no Host
 * or two, a target in absolute form for another host; and what a page of another
 * site asks of a device (Origin, Sec-Fetch-Site), other than to lead a person
 * there.
 */
void first_request_read(const char *, size_t len, struct first_bytes *);

#endif
