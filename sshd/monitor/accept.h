/*
 * Who comes in: accepts, applies the caps and penalties, hands over to the
 * worker that holds least.
 */
#ifndef ACCEPT_H
#define ACCEPT_H

struct comer;
struct monitor;

void accept_start(struct monitor *);
void accept_stop(struct monitor *);

/*
 * It is known whose connection this is: apply what holds for its source, give
 * it to a worker or turn it away.  Takes its descriptor.
 */
void accept_admit(struct monitor *, const struct comer *);

/* Close it, and tell of it now and then. */
void accept_turn_away(
    struct monitor *, const struct comer *, const char *reason);

/* Close it for want of memory, and tell of it each time. */
void accept_no_memory(struct monitor *, const struct comer *);

/* One more has not logged in: past the cap in all the oldest goes. */
void accept_make_room(struct monitor *);

#endif
