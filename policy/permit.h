/*
 * A permit: a device, or every device with a tag, may hold these server ports
 * whenever it likes, for always-on tunnels.  Those of a virtual one are the
 * device's own ports: nothing is bound, operators' jumps alone lead there, and
 * any number of devices may hold the same.
 */
#ifndef PERMIT_H
#define PERMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "device.h"

struct permit {
	int64_t		id;
	int64_t		device;			/* 0: permit of a tag */
	char		name[DEVICE_NAME];	/* the device's id */
	char		tag[DEVICE_NAME];
	uint32_t	first;			/* inclusive */
	uint32_t	last;
	bool		virtual;
	int64_t		created;
};

/* "9876" or "9000-9100": 0, or -1: not ports 1 to 65535 in order. */
int	permit_parse_ports(const char *, uint32_t *first, uint32_t *last);

/* Whether the permit allows this device (its id and tags) this port. */
bool	permit_allows(const struct permit *, int64_t device,
    const char *tags, uint32_t port);

#endif
