/*
 * Requests of a device by exec or shell: a poll or a wait, nothing else.
 */
#ifndef POLL_WAIT_H
#define POLL_WAIT_H

#include <libssh/libssh.h>

struct msg;
struct session;

/* Take a message of libssh's queue. */
void poll_request(struct session *, ssh_message);

/* INBOX: the monitor's answer to the oldest poll. */
void poll_answer(struct session *, const struct msg *, int fd);

/* WANTED: send a line on the channel that waits. */
void poll_wanted(struct session *, const struct msg *, int fd);

/*
 * HINTS: send the lines on the channel that waits, or else keep them for the
 * next answer to a poll.
 */
void poll_hints(struct session *, const struct msg *, int fd);

/* Free the lines for the next answer. */
void poll_free_hints(struct session *);

#endif
