/*
 * The devices that the bench plays: numbered from 0, each with a name and an
 * ed25519 key that follow from its number, so that every program of a run
 * agrees on them and nothing need be stored.
 */
#ifndef FLEET_H
#define FLEET_H

#include <stddef.h>
#include <stdint.h>

#include <libssh/libssh.h>

#define FLEET_NAME	13	/* 12 hexadecimal digits and NUL */
#define FLEET_BLOB	51	/* an ed25519 public key, RFC 8709 section 4 */
#define FLEET_FILE	512	/* room for a private key file */

/* The device's id: a locally administered MAC. */
void	fleet_name(unsigned int device, char name[FLEET_NAME]);

/* Its private key, to be freed with ssh_key_free; NULL: failed. */
ssh_key	fleet_key(unsigned int device);

/*
 * The same as a file in OpenSSH's format (PROTOCOL.key of OpenSSH), which
 * dropbearconvert reads too.  Returns 0, or -1.
 */
int	fleet_key_file(unsigned int device, char text[FLEET_FILE]);

/* The blob of its public key.  Returns 0, or -1. */
int	fleet_blob(unsigned int device, uint8_t blob[FLEET_BLOB]);

/* A blob that is well formed, but to which nobody has the private key. */
void	fleet_blob_unused(unsigned int device, uint8_t blob[FLEET_BLOB]);

#endif
