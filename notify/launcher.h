/*
 * The process that starts attempts, so that the one that keeps the queue needs
 * neither network nor programs.  It knows of an attempt only the receiver's name
 * and the alert, and does nothing but fork.
 */
#ifndef LAUNCHER_H
#define LAUNCHER_H

#include <jansson.h>

#include "conf.h"

/*
 * Start it.  Returns a socket to it, which ends when it does, or -1: why has been
 * said.  It ends when its parent does.
 */
int	launcher_start(const struct conf *);

/*
 * Have an attempt made.  Returns the pipe through which its result comes as one
 * line, or nothing if it crashed; or -1 and errno.
 */
int	launcher_ask(int launcher, const struct receiver *, const json_t *alert);

#endif
