/*
 * The page's loop: the monitor's messages, the store's changes, the visitors.
 */
#ifndef SERVE_H
#define SERVE_H

struct page;

/* Make all watchers and what they need, before the seal.  Returns 0, or -1. */
int serve_prepare(struct page *);

/* Serve until the monitor ends the page. */
void serve_run(struct page *);

#endif
