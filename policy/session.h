/*
 * A connection that has logged in, as operators see it.
 */
#ifndef SESSION_H
#define SESSION_H

#include <stdint.h>

#include "device.h"
#include "key.h"

struct session {
	uint64_t	id;			/* within its node */
	char		node[DEVICE_NAME];
	int64_t		device;			/* 0: an operator's */
	char		name[DEVICE_NAME];	/* the device's, for people */
	int64_t		oper;			/* 0: a device's */
	char		who[DEVICE_NAME];	/* the operator, for people */
	int64_t		since;			/* us since the epoch */
	char		addr[64];
	char		client[256];
	uint8_t		digest[KEY_DIGEST];	/* of the key it holds */
	char		ports[256];		/* "9876,9877", or "" */
	char		standing[256];		/* the same: its own, virtual */
};

#endif
