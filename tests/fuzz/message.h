/*
 * Messages between et-sshd and its children (msg.h) out of an input, as whole
 * or as broken as the input says:
 *
 *	type, conn, how (one byte each), number of patches, and for each
 *	patch: offset within the body (two bytes), length, bytes
 *
 * The body is zero but for the patches.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include "fuzz.h"
#include "msg.h"

#define MESSAGE_FDS 0x03 /* how: so many descriptors with it */
#define MESSAGE_TO 0x0c /* how: for the target to use */
#define MESSAGE_CUT 0x80 /* how: a length follows, to send it so long */

struct message {
	struct msg msg;
	size_t len;
	uint8_t how;
};

void message_read(struct message *, struct input *);

/*
 * Send it without blocking with fd, so many times as it says; false: it was
 * not taken.
 */
bool message_send(const struct message *, int sock, int fd);

/* Receive what is there and close what came with it: MUST all be good. */
void message_drain(int sock);

#endif
