/*
 * SIGN: the monitor hashes a key exchange itself, signs it with the host key,
 * and keeps the first hash as the session id (RFC 4253, section 7.2).
 */
#ifndef SIGN_H
#define SIGN_H

struct child;
struct msg;

/*
 * Sign a key exchange for a worker, which blocks: fill in the answer, of length
 * 0 if refused.  Returns NULL, or what is wrong, which ends the worker.
 */
const char *sign_answer(
    struct child *, const struct msg *ask, struct msg *answer);

#endif
