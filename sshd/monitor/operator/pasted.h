/*
 * What a command that is pasted on a new device has of this server: where it is,
 * its host keys, and the installer's SHA-256.
 */
#ifndef PASTED_H
#define PASTED_H

#include "monitor.h"
#include "msg.h"

void pasted_fill(const struct monitor *, struct msg_paste *);

#endif
