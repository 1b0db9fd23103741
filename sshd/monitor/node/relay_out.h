/*
 * Streams of this node to a device's tunnel on another one: a ticket is written,
 * the other node is connected to, and the link speaks with it.
 */
#ifndef RELAY_OUT_H
#define RELAY_OUT_H

#include <stdbool.h>
#include <stdint.h>

#include "msg.h"

struct dir_device;
struct dir_remote;
struct monitor;
struct relayed;

struct relay_ask {
	const struct dir_device *device;
	const struct dir_remote *to;
	bool jump; /* or a connection to a listed forward */
	uint32_t from; /* the originator's port, of a connection */
	char addr[64]; /* the originator's address, of a connection */
};

/*
 * Exactly one is called, once, and never within relay_out_new.  joined: fd is
 * the local end, the callee's; -1: the end that came with relay_out_new is used.
 */
struct relay_watch {
	void (*joined)(struct monitor *, void *of, int fd);
	void (*failed)(struct monitor *, void *of, enum msg_link_result,
	    const char *reason);
};

/*
 * Begin a stream.  fd: its local end, which is taken; -1: a pair is made.  Returns
 * its id; or 0, why, and whether it may be had later.  Then fd stays the caller's.
 */
uint64_t relay_out_new(struct monitor *, const struct relay_ask *, int fd,
    const struct relay_watch *, void *of, const char **why, bool *later);

/* Whoever asked for it has gone: none of its callbacks is called any more. */
void relay_out_cancel(struct monitor *, uint64_t id);

/* TICKETED of the keeper. */
void relay_out_ticketed(struct monitor *, const struct msg_ticketed *);

/* LINK_ANSWER.  NULL, or what is wrong with it. */
const char *relay_out_answer(
    struct monitor *, const struct msg_link_answer *);

/* The link has closed it (reason is clean), or is gone: it is freed. */
void relay_out_closed(
    struct relayed *, const struct msg_link_closed *, const char *reason);

/* Once a second: those that take too long. */
void relay_out_tick(struct relayed *);

#endif
