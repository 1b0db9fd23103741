/*
 * The connections through a device's forwards, as monitor/device/bridge.c keeps
 * account of them.
 */
#ifndef BRIDGES_H
#define BRIDGES_H

#include <stddef.h>

#include "msg.h"

#define BRIDGES 1024 /* more than there are ids between opening and closing */

struct bridges {
	size_t n; /* open */
	uint32_t last; /* id */
	uint32_t ports[BRIDGES]; /* by id; 0: closed */
};

/* One was accepted: its id; 0: there are as many as there may be. */
uint32_t bridges_open(struct bridges *, uint32_t port, size_t most);

/* BRIDGE_CLOSE.  NULL, or what et-sshd ends the worker for. */
const char *bridges_close(struct bridges *, const struct msg_bridge *);

#endif
