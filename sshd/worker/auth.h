/*
 * User authentication (RFC 4252), by public key only.  Every refusal is the
 * same answer: the list of methods, "publickey".  Only the user "enroll" may
 * have a password, a token (RFC 4252 8), and hears of "password" alone while
 * there is one.
 */
#ifndef AUTH_H
#define AUTH_H

#include <libssh/libssh.h>

struct msg_verdict;
struct session;

/* Take a message of libssh's queue. */
void auth_service(struct session *, ssh_message);
void auth_request(struct session *, ssh_message);

/* The monitor's verdict on the login that waits. */
void auth_answer(struct session *, const struct msg_verdict *);

/*
 * End the session whose login libssh dropped without an answer, with this error
 * text.
 */
void auth_dropped(struct session *, const char *error);

/* Free the login that waits for its verdict. */
void auth_free(struct session *);

#endif
