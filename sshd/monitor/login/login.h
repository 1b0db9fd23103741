/*
 * The signed data of a publickey login, parsed strictly and verified: RFC 4252,
 * section 7, and its form bound to a host key,
 * publickey-hostbound-v00@openssh.com (OpenSSH's PROTOCOL, 3.1), which libssh
 * offers from 0.12 on.
 */
#ifndef LOGIN_H
#define LOGIN_H

#include <stddef.h>
#include <stdint.h>

#include "key.h"
#include "msg.h"

struct login {
	char user[MSG_NAME];
	char algorithm[MSG_ALGO];
	struct key key;
	const uint8_t *hostkey; /* it is bound to, in data; NULL: to none */
	size_t hostkeylen;
};

/*
 * The signed data: session id, request, and nothing behind it.  session is
 * what the monitor itself signed first for this connection.  Returns NULL, or
 * why not; "" when the data cannot come from an honest worker.
 */
const char *login_parse(struct login *, const uint8_t *data, size_t len,
    const uint8_t *session, size_t sessionlen);

/*
 * Does the signature (libcrypto's form) fit the data, by the login's key?
 * NULL: it does; else why the login is refused.
 */
const char *login_verify(const struct login *, const uint8_t *data, size_t len,
    const uint8_t *sig, size_t siglen);

#endif
