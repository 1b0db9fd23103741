/*
 * Visitors of devices' web interfaces.  For each the monitor is asked to reach
 * the device (REACH), as for an operator's jump; then the visitor's stream and
 * the device's are joined from the first byte on (relay.h), until one of them
 * ends, or the visitor has a request for another host.
 *
 * While a device sleeps its visitor waits.  A person who opens a page gets a
 * notice after a second, which loads itself again; the request to the monitor
 * goes on meanwhile, and the next visitor of the same site takes it over.
 */
#ifndef DEVICE_WEB_H
#define DEVICE_WEB_H

struct first_bytes;
struct page;

#define DEVICE_WEB_VISITS 128 /* of a page, at a time */
#define DEVICE_WEB_WAITING 48 /* of these, until their device is reached */

/* Take the visitor of this descriptor, whose first bytes are for a device. */
void device_web_take(struct page *, int fd, const struct first_bytes *);

/* REACHED, in page.in; the descriptor (or -1, MSG_FD_LOST) is taken. */
void device_web_reached(struct page *, int fd);

#endif
