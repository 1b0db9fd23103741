/*
 * The state for et-admin status: a JSON object, sent to the keeper.
 */
#ifndef STATUS_H
#define STATUS_H

struct monitor;

void status_send(struct monitor *);

#endif
