/*
 * Session channels (RFC 4254 6): a device's exec or shell is a poll or a wait,
 * nothing else; one with a token has a single channel, see enrol.h.
 */
#ifndef EXEC_H
#define EXEC_H

#include <libssh/libssh.h>
#include <stdbool.h>

struct msg;
struct session;

/* Messages of libssh's queue; they are taken. */
void exec_open(struct session *, ssh_message);
void exec_request(struct session *, ssh_message);

/* The monitor's answer to the oldest poll. */
void exec_answer(struct session *, const struct msg *, int fd);

/*
 * Answer the oldest request that waits with these bytes and this exit status.
 */
void exec_reply(struct session *, const void *bytes, size_t len, int status);

/* A line for the channel that waits. */
void exec_wanted(struct session *, const struct msg *, int fd);

/* Lines for the channel that waits, or else for the next answer to a poll. */
void exec_hints(struct session *, const struct msg *, int fd);

/* Send what is left to send, free what the peer has closed. */
void exec_pump(struct session *);

/* Is a channel open whose command has, or has not, come? */
bool exec_any(const struct session *, bool asked);

void exec_free_all(struct session *);

#endif
