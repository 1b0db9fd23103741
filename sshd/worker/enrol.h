/*
 * Requests of a client with a token: the installer, or to be registered.  The user
 * enroll that has logged in by a key sends its token behind the command, as a
 * line "token ID.SECRET" on the channel.
 */
#ifndef ENROL_H
#define ENROL_H

#include <libssh/libssh.h>

struct msg;
struct msg_verdict;
struct session;

/* The session has its role: after a login by a key, make room for the token. */
void enrol_begin(struct session *);
void enrol_free(struct session *);

/* An exec request of libssh's queue; it is taken. */
void enrol_request(struct session *, ssh_message);

/* Ask whether the token is one, if there are a command and a line. */
void enrol_pump(struct session *);

/* VERDICT, after a login by a key. */
void enrol_verdict(struct session *, const struct msg_verdict *);

/* The answers.  Each takes its descriptor. */
void enrol_file(struct session *, const struct msg *, int fd);
void enrol_enrolled(struct session *, const struct msg *, int fd);

#endif
