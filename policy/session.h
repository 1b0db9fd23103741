/*
 * A connection that has logged in, as operators see it.
 */
#ifndef SESSION_H
#define SESSION_H

#include <stdint.h>

#include "device.h"
#include "key.h"

struct session {
	uint64_t	id;			/* its number within the node */
	char		node[DEVICE_NAME];
	int64_t		device;			/* 0: of an operator */
	char		name[DEVICE_NAME];	/* the device's id */
	int64_t		oper;			/* 0: of a device */
	char		who[DEVICE_NAME];	/* the operator's name */
	int64_t		since;			/* us since the epoch */
	char		addr[64];
	char		client[256];
	uint8_t		digest[KEY_DIGEST];	/* of the key that logged in */
	char		ports[256];		/* "9876,9877", or "" */
	char		standing[256];		/* virtual ports, as above */
};

#endif
