/*
 * LOGIN: authentication by public key (RFC 4252, section 7).  The monitor
 * verifies each login over the session id that it keeps (sign.h).
 */
#ifndef USERAUTH_H
#define USERAUTH_H

struct conn;
struct msg;

/*
 * A key is offered, or a login is to be verified.  NULL, or what ends the
 * worker.
 */
const char *userauth_login(struct conn *, struct msg *ask);

#endif
