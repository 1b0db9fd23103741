/*
 * SIGN: the monitor hashes a key exchange itself, signs it with the host key,
 * and keeps the first hash as the session id (RFC 4253, section 7.2).
 */
#ifndef SIGN_H
#define SIGN_H

struct child;
struct msg;

/*
 * A worker waits for a host key's signature: fill in the answer, whose length
 * is 0 when it is refused.  NULL, or what ends the worker.
 */
const char *sign_answer(
    struct child *, const struct msg *ask, struct msg *answer);

#endif
