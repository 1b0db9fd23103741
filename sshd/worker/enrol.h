/*
 * What one with a token asks for: the installer, or to be registered.
 */
#ifndef ENROL_H
#define ENROL_H

#include <stdbool.h>

struct msg;
struct session;

/* Ask the monitor for what the command says.  False: it says nothing of ours. */
bool enrol_request(struct session *, const char *command);

/* The answers.  Each takes its descriptor. */
void enrol_file(struct session *, const struct msg *, int fd);
void enrol_enrolled(struct session *, const struct msg *, int fd);

#endif
