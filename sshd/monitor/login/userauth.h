/*
 * Who a connection is: the monitor signs its key exchange, keeps the first hash
 * that it signed as the session id, and verifies the login over it.
 */
#ifndef USERAUTH_H
#define USERAUTH_H

struct child;
struct conn;
struct msg;

/*
 * A worker waits for a host key's signature: fill in the answer, whose length
 * is 0 when it is refused.  NULL, or what ends the worker.
 */
const char *userauth_sign(
    struct child *, const struct msg *ask, struct msg *answer);

/* A key is offered, or a login is to be verified.  As above. */
const char *userauth_login(struct conn *, struct msg *ask);

#endif
