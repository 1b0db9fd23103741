/*
 * Accepts connections at the addresses of listen and operator-listen.
 */
#ifndef ACCEPT_H
#define ACCEPT_H

struct monitor;

void accept_start(struct monitor *);
void accept_stop(struct monitor *);

#endif
