/*
 * A bound on the packets that one write of a channel makes.
 *
 * A write is cut to the peer's maximum packet size (RFC 4254, section 5.1).
 * libssh 0.10.6 takes 10 bytes off that size for the header and with a size of
 * 10 writes empty packets without end; later releases send one packet for each
 * byte if the peer says so.
 */
#ifndef PACKETS_H
#define PACKETS_H

#include <libssh/libssh.h>
#include <stdbool.h>
#include <stdint.h>

#define PACKETS_MAX 4096 /* in one write */

/*
 * Find libcrypto's RAND_bytes.  Called before the sandbox.  Returns 0, or -1:
 * there is none.
 */
int packets_start(void);

/*
 * ssh_channel_write and ssh_channel_write_stderr with the bound: they return
 * SSH_ERROR after PACKETS_MAX packets, and until packets_exceeded is called.
 */
int packets_write(ssh_channel, const void *data, uint32_t len);
int packets_write_stderr(ssh_channel, const void *data, uint32_t len);

/*
 * Whether a write has reached PACKETS_MAX since the last call: the caller ends
 * the session that wrote.
 */
bool packets_exceeded(void);

#endif
