/*
 * The server's half of every key exchange: algorithms and host keys.
 */
#ifndef BIND_H
#define BIND_H

#include <libssh/server.h>
#include <stdint.h>

#include "msg.h"

/*
 * The first three are safe against quantum computers; libssh has them from 0.12
 * on, and before it leaves out what it does not know.  Group exchange is left
 * out because libssh opens the moduli file for it, and group18 because one
 * handshake of it costs as much as 300 of curve25519.
 */
#define BIND_KEX                                          \
	"mlkem768x25519-sha256,sntrup761x25519-sha512,"   \
	"sntrup761x25519-sha512@openssh.com,"             \
	"curve25519-sha256,curve25519-sha256@libssh.org," \
	"diffie-hellman-group16-sha512,diffie-hellman-group14-sha256"
/*
 * A bind with the algorithms of sshd/PROTOCOL, section 1.1; compat is
 * MSG_COMPAT_ bits.  A bind never listens: descriptors are passed
 * (ssh_bind_accept_fd).  NULL when libssh refuses a setting.  Free with
 * ssh_bind_free.
 */
ssh_bind bind_new(uint32_t compat);

/*
 * Add a host key by its public half; the monitor signs.  Returns NULL, or why
 * libssh refuses the key.
 */
const char *bind_add_hostkey(ssh_bind, const struct msg_hostkey *);

#endif
