/*
 * A network of IPv4 or IPv6: "192.0.2.0/24", "2001:db8::/32", or one address.
 */
#ifndef NETWORK_H
#define NETWORK_H

#include <sys/socket.h>

#include <stdbool.h>
#include <stdint.h>

struct network {
	uint8_t base[16]; /* IPv4 as ::ffff:0:0/96 has it (RFC 4291 2.5.5.2) */
	unsigned int bits; /* of base that count */
};

/*
 * Parse text.  NULL, or what is wrong with it (a static string).  Bits beyond
 * the prefix length must be 0, so that the network is the one that was meant.
 */
const char *network_parse(struct network *, const char *text);

/* Is addr in the network?  An IPv4-mapped address is the IPv4 address. */
bool network_holds(const struct network *, const struct sockaddr *addr);

#endif
