/*
 * The server's half of every key exchange: algorithms and host keys.
 */
#ifndef BIND_H
#define BIND_H

#include <libssh/server.h>
#include <stdint.h>

#include "msg.h"

/*
 * A bind with DESIGN.md section 7's algorithms; compat is MSG_COMPAT_ bits.
 * It never listens: descriptors are passed (ssh_bind_accept_fd).  NULL when
 * libssh refuses a setting.  Free with ssh_bind_free.
 */
ssh_bind bind_new(uint32_t compat);

/*
 * Add a host key by its public half; the monitor signs.  Returns NULL or why
 * not.
 */
const char *bind_add_hostkey(ssh_bind, const struct msg_hostkey *);

#endif
