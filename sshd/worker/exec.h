/*
 * Session channels (RFC 4254 6) of a device, or of one that enrols: opened,
 * asked for one thing, answered with bytes and an exit status, closed.  What
 * they may be asked for is poll_wait.h's and enrol.h's.
 */
#ifndef EXEC_H
#define EXEC_H

#include <libssh/libssh.h>
#include <stdbool.h>
#include <stddef.h>

#include "refuse.h"

struct exec;
struct session;

/* A message of libssh's queue; it is taken.  To enrol there is one channel. */
void exec_open(struct session *, ssh_message);

/*
 * The channel of a request, which is its first (RFC 4254 6.5).  NULL: it is
 * not, and the message has been refused and freed.
 */
struct exec *exec_requested(struct session *, ssh_message);

/* Refuse its request, free that, and close the channel. */
void exec_refuse(struct exec *, ssh_message, enum request_kind);

/*
 * The channel waits for exec_reply from now on, with the request (taken; NULL:
 * it is answered already), in the order of these calls.  version is the poll's.
 */
void exec_ask(struct exec *, ssh_message request, unsigned int version);

/* The version given for the one that asked first; -1: none asks. */
int exec_asked_version(const struct session *);

/* Answer the one that asked first with these bytes and this exit status. */
void exec_reply(struct session *, const void *bytes, size_t len, int status);

/*
 * The channel stays open as the session's wait: its request succeeds and is
 * freed, and this line is sent.  False without memory.
 */
bool exec_wait(struct exec *, ssh_message, const char *line, size_t len);

/*
 * Send this behind what is still to be sent.  False: more than 4096 bytes
 * would be kept for a client that does not read, or there is no memory.
 */
bool exec_add_text(struct exec *, const char *text, size_t len);

/* Send what is left to send, free what the peer has closed. */
void exec_pump(struct session *);

/* Is a channel open whose command has, or has not, come? */
bool exec_any(const struct session *, bool asked);

void exec_free_all(struct session *);

#endif
