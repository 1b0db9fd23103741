/*
 * A bound on the packets that one write makes.
 *
 * A peer that announces a maximum packet size of 10 bytes sends libssh into a
 * loop without end: it takes 10 off for the header and writes empty packets.
 * Slightly larger sizes cost a packet for each few bytes.
 */
#ifndef PACKETS_H
#define PACKETS_H

#include <libssh/libssh.h>
#include <stdbool.h>
#include <stdint.h>

#define PACKETS_MAX 4096 /* in one write */

/*
 * Find what this process exports in libcrypto's place.  Before the sandbox.
 * Returns 0, or -1 when libssh would not take it.
 */
int packets_start(void);

/*
 * As ssh_channel_write; SSH_ERROR past PACKETS_MAX, and then the session is
 * to be ended.
 */
int packets_write(ssh_channel, const void *data, uint32_t len);
int packets_write_stderr(ssh_channel, const void *data, uint32_t len);

/* Did a write exceed it since this was last asked? */
bool packets_exceeded(void);

#endif
