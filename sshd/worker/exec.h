/*
 * Session channels (RFC 4254 6) of a device or of a client that enrols.  Each
 * takes one request, is answered with bytes and an exit status, and is closed.
 * poll_wait.h and enrol.h have the requests.
 */
#ifndef EXEC_H
#define EXEC_H

#include <libssh/libssh.h>
#include <stdbool.h>
#include <stddef.h>

#include "refuse.h"

struct exec;
struct session;

/* Take a message of libssh's queue.  A client that enrols has one channel. */
void exec_open(struct session *, ssh_message);

/*
 * The channel of a request, if this is its first (RFC 4254 6.5).  NULL: it is
 * not, and the message has been refused and freed.
 */
struct exec *exec_requested(struct session *, ssh_message);

/* Refuse the request, free it, and close the channel. */
void exec_refuse(struct exec *, ssh_message, enum request_kind);

/*
 * Let the channel wait for exec_reply, in the order of these calls, with the
 * request (taken; NULL: it is answered already). version is the poll's.
 */
void exec_ask(struct exec *, ssh_message request, unsigned int version);

/* The version that the oldest ask was made with; -1: no channel waits. */
int exec_asked_version(const struct session *);

/* Answer the channel whose ask is the oldest: these bytes, this exit status. */
void exec_reply(struct session *, const void *bytes, size_t len, int status);

/*
 * Keep the channel open as the session's wait: its request succeeds and is
 * freed, and this line is sent.  False without memory.
 */
bool exec_wait(struct exec *, ssh_message, const char *line, size_t len);

/*
 * Queue text behind what is still to be sent.  False: more than 4096 bytes
 * would be queued for a client that does not read, or there is no memory.
 */
bool exec_add_text(struct exec *, const char *text, size_t len);

/* Send what is queued; free the channels that the peer has closed. */
void exec_pump(struct session *);

/* Whether a channel is open whose command has, or has not, come. */
bool exec_any(const struct session *, bool asked);

void exec_free_all(struct session *);

#endif
