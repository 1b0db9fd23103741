/*
 * What an operator's page may ask of the monitor: an act of a visitor, lines of
 * the event log.  The page is believed to be no more than its operator, and for
 * an act not even that: it has to show the key of the connection, which only
 * the operator was told.
 */
#ifndef PAGE_ASK_H
#define PAGE_ASK_H

#include "bucket.h"

struct child;
struct conn;
struct msg;

struct page_asks { /* zeroes: nothing was asked yet */
	struct bucket acts;
	struct bucket events;
	unsigned int refused; /* acts past the limit */
};

/*
 * Answer a message of the page of this connection.  Returns NULL, or what is
 * wrong with it, which ends the page.
 */
const char *page_ask(
    struct conn *, struct child *page, struct page_asks *, struct msg *);

#endif
