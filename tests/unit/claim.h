/*
 * Logins as an honest client signs them, by keys that ssh-keygen has made.
 */
#ifndef CLAIM_H
#define CLAIM_H

#include <stddef.h>
#include <stdint.h>

#include "hostkey.h"
#include "msg.h"

#define CLAIM_USER "device1"

struct claim {
	uint8_t data[MSG_SIGNED_DATA];
	size_t n;
	uint8_t sig[MSG_SIG];
	size_t siglen;
};

extern const uint8_t claim_session[32]; /* the session id */
extern struct hostkeys *claim_keys; /* one of each type, for either side */

/* cmocka's setup and teardown of a group. */
int claim_load(void **);
int claim_unload(void **);

size_t claim_key(const char *type); /* which of claim_keys */

/* A login by the key of this type. */
void claim_make(struct claim *, const char *algorithm, const char *type);

/* The same for this host key (publickey-hostbound-v00@openssh.com). */
void claim_make_bound(struct claim *, const char *algorithm, const char *type,
    const void *hostkey, size_t len);

/* One more string at the end of what is signed; then sign it anew. */
void claim_put(struct claim *, const void *, size_t);
void claim_sign(struct claim *, const char *algorithm);

#endif
