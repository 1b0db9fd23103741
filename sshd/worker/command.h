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

/* Take a message of libssh's queue. */
void command_open(struct session *, ssh_message);
void command_terminal(struct session *, ssh_message);
void command_request(struct session *, ssh_message);

/* STREAM: take a stream of a command; COMMANDED: its console has ended. */
void command_stream(struct session *, const struct msg *, int fd);
void command_ended(struct session *, const struct msg *, int fd);

/* Move the data of all commands; free those that have ended. */
void command_pump_all(struct session *);

void command_free_all(struct session *);

#endif
