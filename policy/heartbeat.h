/*
 * A heartbeat: the record of an authenticated poll, and the health that came
 * with it.
 */
#ifndef HEARTBEAT_H
#define HEARTBEAT_H

#include <stddef.h>
#include <stdint.h>

#include "device.h"

#define HEARTBEAT_HEALTH	513	/* 512 bytes and NUL */
#define HEARTBEAT_PAIRS		16
#define HEARTBEAT_KEY		8	/* bytes of a key at most */
#define HEARTBEAT_VALUE		33	/* of a pair: 32 bytes and NUL */
#define HEARTBEAT_KEEP		64	/* newest kept of each device */

struct heartbeat {
	int64_t		seq;			/* the store's order */
	int64_t		device;
	char		name[DEVICE_NAME];	/* the device's id */
	int64_t		at;			/* us since the epoch */
	uint32_t	interval;		/* s since the one before; 0 */
	char		addr[64];
	char		client[256];
	char		health[HEARTBEAT_HEALTH];	/* "up=1 load=0.2" */
};

/*
 * Parse health fields as a device sends them: k=v pairs with single spaces
 * between, at most 512 bytes and HEARTBEAT_PAIRS pairs; a key is [a-z]{1,8} or
 * one capital, a value [A-Za-z0-9._:,+/@-]{1,32}. Valid fields are copied to
 * out; returns how many were dropped. text need not be NUL-terminated.
 */
unsigned int	heartbeat_parse_health(const char *text, size_t len,
    char out[HEARTBEAT_HEALTH]);

/* The number in a field of valid health ("up"); -1: there is none. */
int64_t		heartbeat_number(const char *health, const char *key);

#endif
