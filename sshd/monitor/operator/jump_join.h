/*
 * Jumps and tunnels: a jump is joined with a channel through a tunnel, or waits
 * until a tunnel of its forward has opened.
 */
#ifndef JUMP_JOIN_H
#define JUMP_JOIN_H

#include <stdint.h>

struct conn;
struct dir_device;
struct dir_forward;
struct jump_asker;
struct monitor;
struct tunnel;

/*
 * Begin a jump for the asker: through this tunnel, or if NULL to dport of the
 * device, as soon as a tunnel leads there.  Returns NULL, or why not; then
 * nothing has changed.
 */
const char *jump_new(const struct jump_asker *, struct dir_device *,
    uint32_t dport, struct tunnel *);

/*
 * A device's connection has answered JOIN (enum msg_join_result).  Returns
 * NULL, or what is wrong with the answer, which ends the worker.
 */
const char *jump_joined(
    struct conn *device, uint64_t ticket, uint32_t result);

/*
 * A device has a tunnel on another node: jumps that wait for it go there.  Once a
 * second, in a store of several nodes: so do all whose last try has failed.
 */
void jump_retry_device(struct dir_device *);
void jump_retry_all(struct monitor *);

/*
 * A tunnel has opened: jumps that wait for its forward are joined through it.
 */
void jump_tunnel_opened(struct tunnel *);

/*
 * A tunnel is closed (struct wanted_watch): open jumps through it end, and
 * those that the device has not answered yet wait again.
 */
void jump_tunnel_closed(struct tunnel *);

/*
 * A forward has ended, or was not opened in time (struct wanted_watch): jumps
 * that wait for it, or for an answer of another node, fail.
 */
void jump_forward_failed(struct dir_forward *, const char *reason);

#endif
