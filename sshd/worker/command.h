/*
 * An operator's session channels (RFC 4254 6): each has one command, which a
 * console runs.  The worker joins its streams and the channel, and knows
 * nothing of what it does.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <libssh/libssh.h>
#include <stdbool.h>

struct msg;
struct session;

/* Messages of libssh's queue; they are taken. */
void command_open(struct session *, ssh_message);
void command_terminal(struct session *, ssh_message);
void command_request(struct session *, ssh_message);

/* Of the monitor: a stream of a command; its end. */
void command_stream(struct session *, const struct msg *, int fd);
void command_ended(struct session *, const struct msg *, int fd);

/* Move what can be moved; free what is over. */
void command_pump_all(struct session *);

void command_free_all(struct session *);

#endif
