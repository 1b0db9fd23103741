/*
 * A new visitor: a stream whose first bytes say whether they are for the page
 * or for a device's own web interface.  The bytes are looked at and left in the
 * stream.
 */
#ifndef VISITOR_H
#define VISITOR_H

struct page;

/* Take the visitor of this descriptor. */
void visitor_take(struct page *, int fd);

#endif
