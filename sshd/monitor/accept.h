/*
 * Who comes in: accepts, applies the caps and penalties, hands over to the
 * worker that holds least.
 */
#ifndef ACCEPT_H
#define ACCEPT_H

struct monitor;

void accept_start(struct monitor *);
void accept_stop(struct monitor *);

#endif
