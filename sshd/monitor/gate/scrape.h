/*
 * metrics-listen: connections of scrapers (Prometheus), each of which is passed
 * on to one page process that answers /metrics and nothing else.  The process is
 * started by the first connection, and by the next one when it has ended.
 */
#ifndef SCRAPE_H
#define SCRAPE_H

#include "conf.h"

#define SCRAPES_WAITING 16 /* connections while the process starts */

struct monitor;
struct scrape;

/*
 * Bind metrics-listen.  *out is NULL if the option is empty.  Returns 0, or -1,
 * errno and one line in error.
 */
int scrape_open(struct monitor *, struct scrape **out, char error[CONF_ERROR]);

/* Accept connections, once the server is ready. */
void scrape_start(struct scrape *);

/* Once a second: end a process that does not start or does not answer. */
void scrape_tick(struct scrape *);

void scrape_free(struct scrape *);

/* The address as bound, or NULL. */
const char *scrape_name(const struct scrape *);

#endif
