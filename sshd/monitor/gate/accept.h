/*
 * Who comes in: accepts, and turns away whose source has a penalty.
 */
#ifndef ACCEPT_H
#define ACCEPT_H

#include <stdbool.h>

struct incoming;
struct monitor;

/* accept(2) failed for want of descriptors or memory: others must wait, too. */
bool accept_no_room(int error);

/* Log that a limit was met, the first time and then once every 1,000. */
void accept_log_limit(struct monitor *, const char *addr, const char *reason);

void accept_start(struct monitor *);
void accept_stop(struct monitor *);

/*
 * It is known whose connection this is: let it in, or turn it away.  Takes its
 * descriptor.
 */
void accept_admit(struct monitor *, const struct incoming *);

/* Close it, and tell of it now and then. */
void accept_turn_away(
    struct monitor *, const struct incoming *, const char *reason);

/* Close it for want of memory, and tell of it each time. */
void accept_no_memory(struct monitor *, const struct incoming *);

#endif
