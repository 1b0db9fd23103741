/*
 * Requests of a client with a token: the installer, or a registration.  The
 * user enroll that has logged in by a key sends its token behind the command,
 * as a line "token ID.SECRET" on the channel.
 */
#ifndef ENROL_H
#define ENROL_H

#include <libssh/libssh.h>

struct msg;
struct msg_verdict;
struct session;

/*
 * Called when the session has its role; after a login by a key it makes room
 * for the token.
 */
void enrol_begin(struct session *);
void enrol_free(struct session *);

/* Take an exec request of libssh's queue. */
void enrol_request(struct session *, ssh_message);

/* Ask whether the line is a token, once there are a command and a line. */
void enrol_pump(struct session *);

/* VERDICT, after a login by a key. */
void enrol_verdict(struct session *, const struct msg_verdict *);

/* FILE and ENROLLED. Each takes its descriptor. */
void enrol_file(struct session *, const struct msg *, int fd);
void enrol_enrolled(struct session *, const struct msg *, int fd);

#endif
