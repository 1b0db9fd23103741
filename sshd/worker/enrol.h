/*
 * What one with a token asks for: the installer, or to be registered.  The user
 * enroll that has logged in by a key sends its token behind the command, as a
 * line "token ID.SECRET" on the channel.
 */
#ifndef ENROL_H
#define ENROL_H

#include <stdbool.h>
#include <stddef.h>

struct msg;
struct msg_verdict;
struct session;

/* The session has its role: after a login by a key, make room for the token. */
void enrol_begin(struct session *);
void enrol_free(struct session *);

/*
 * Ask the monitor for what the command says, or do so when there is a token.
 * False: it says nothing that this login may ask.
 */
bool enrol_request(struct session *, const char *command);

/* What came on the channel, and its end: from libssh's callbacks. */
void enrol_data(struct session *, const char *data, size_t len);
void enrol_data_end(struct session *);

/* Ask whether the token is one, if there are a command and a line. */
void enrol_pump(struct session *);
void enrol_verdict(struct session *, const struct msg_verdict *);

/* The answers.  Each takes its descriptor. */
void enrol_file(struct session *, const struct msg *, int fd);
void enrol_enrolled(struct session *, const struct msg *, int fd);

#endif
