/*
 * Signs key exchanges in et-sshd's place, with a host key that everybody
 * knows.  A worker waits for SIGNED within a call, so the answer is made when
 * it sends the question: this module exports send(2) in libc's place.
 */
#ifndef SIGNER_H
#define SIGNER_H

#include <stdint.h>

#include "msg.h"

/* Once: makes the key.  0, or -1. */
int signer_start(void);

/* What HOSTKEY says of it. */
void signer_hostkey(struct msg_hostkey *);

/*
 * A pair of sockets for SIGN, in the place of the one before, which is closed.
 * Returns the worker's end, which is not the caller's; -1 without descriptors.
 */
int signer_open(void);
void signer_close(void);

/* From now on answer is called for each SIGN, with the socket for SIGNED. */
void signer_serve(
    void (*answer)(void *arg, int sock, const struct msg *ask), void *arg);

/*
 * Make the SIGNED of a good exchange: with this cookie, if it is not NULL.
 * Returns NULL, or why et-sshd would end the worker.
 */
const char *signer_sign(
    const struct msg *ask, const uint8_t *cookie, struct msg *answer);

#endif
