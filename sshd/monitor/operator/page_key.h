/*
 * The key of a connection's page: with it a visitor may act, since any program
 * on the operator's machine can be a visitor.
 */
#ifndef PAGE_KEY_H
#define PAGE_KEY_H

#include <stdbool.h>

struct conn;

/* The connection's key, which is made at the first call; "": it cannot be. */
const char *page_key_of(struct conn *);

/* The connection is gone. */
void page_key_forget(struct conn *);

/* Whether this is the connection's key, in the same time for each that is not. */
bool page_key_is(const struct conn *, const char *key);

#endif
