/*
 * Accepts connections at the addresses of listen and operator-listen.
 */
#ifndef ACCEPT_H
#define ACCEPT_H

struct monitor;

void accept_start(struct monitor *);
void accept_stop(struct monitor *);

/* Refuse connections for a while, on addresses that stay bound; no longer. */
void accept_shut(struct monitor *);
void accept_again(struct monitor *);

#endif
