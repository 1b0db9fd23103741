/*
 * HTTP/1.1 for the visitors of a page, by libmicrohttpd within the page's own
 * loop.  Its limits: connections, memory of each, bytes of headers and body,
 * and the time for a request.
 */
#ifndef HTTP_H
#define HTTP_H

struct page;
struct request;

/* Start, before the seal.  Returns 0, or -1. */
int http_start(struct page *);

/* Serve the visitor of this descriptor, which is taken. */
void http_serve(struct page *, int fd);

#endif
