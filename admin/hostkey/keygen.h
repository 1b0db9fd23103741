/*
 * Host key files through ssh-keygen(1), run as a child without a shell: it
 * writes OpenSSH's own format and reads every older one.
 */
#ifndef KEYGEN_H
#define KEYGEN_H

#include "key.h"

#define KEYGEN_ERROR 256
#define KEYGEN_LINE 4096

/*
 * Make a key of this kind ("ed25519", "rsa", "ecdsa") without a passphrase
 * at path, which must not exist; path.pub appears beside it.
 */
int	keygen_make(const char *kind, const char *path, char error[KEYGEN_ERROR]);

/*
 * The public half of the private key at path, which must have no passphrase:
 * as a record and as its line, "ssh-ed25519 AAAA...".
 */
int	keygen_public(const char *path, struct key *, char line[KEYGEN_LINE],
    char error[KEYGEN_ERROR]);

/* Rewrite the private key at path in OpenSSH's format. */
int	keygen_convert(const char *path, char error[KEYGEN_ERROR]);

#endif
