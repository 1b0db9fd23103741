/*
 * The signature of an announcement (sshd/PROTOCOL, 1.7): by the server's Ed25519
 * host key, in the two forms that devices can verify.
 */
#ifndef ROTATE_SIGN_H
#define ROTATE_SIGN_H

#include "conf.h"
#include "key.h"
#include "keygen.h"
#include "rotate_files.h"

/* The host key that signs.  -1: there is none, or it cannot be read. */
int rotate_signer(const struct conf *, const char **path, struct key *,
    char error[ROTATE_ERROR]);

/*
 * text becomes these "pin=" and "server=" lines with a serial before them, which
 * is above that of the announcement before, and the signatures behind.
 */
int rotate_sign(const struct conf *, const struct announce *before,
    const char *lines, char text[ANNOUNCE_TEXT], char error[ROTATE_ERROR]);

#endif
