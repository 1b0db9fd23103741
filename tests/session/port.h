/*
 * The server ports of a device's forwards that are open, as a monitor has them.
 */
#ifndef PORT_H
#define PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PORTS 64

struct ports {
	uint32_t list[PORTS]; /* 0: free */
};

/* False: there are too many, or it is open. */
bool ports_open(struct ports *, uint32_t port);
void ports_close(struct ports *, uint32_t port);
bool ports_has(const struct ports *, uint32_t port);

/* The i-th that is open, or 0. */
uint32_t ports_at(const struct ports *, size_t i);

#endif
