#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "network.h"

#define MAPPED 96 /* bits before an IPv4 address */

static const uint8_t mapped[MAPPED / 8] = {[10] = 0xff, [11] = 0xff};

/* The bits of the address's own family, or 0: not an address. */
static unsigned int
parse_address(uint8_t base[16], const char *text, size_t len)
{
	char address[INET6_ADDRSTRLEN];

	if (len >= sizeof(address))
		return 0;
	memcpy(address, text, len);
	address[len] = '\0';
	memcpy(base, mapped, sizeof(mapped));
	if (inet_pton(AF_INET, address, base + sizeof(mapped)) == 1)
		return 32;
	return inet_pton(AF_INET6, address, base) == 1 ? 128 : 0;
}

/* The number of bits that count, or -1. */
static int
parse_length(const char *text, unsigned int most)
{
	unsigned long n;

	if (strspn(text, "0123456789") != strlen(text) || *text == '\0' ||
	    strlen(text) > 3)
		return -1;
	n = strtoul(text, NULL, 10);
	return n <= most ? (int)n : -1;
}

static bool
same_bits(const uint8_t *a, const uint8_t *b, unsigned int bits)
{
	uint8_t mask = (uint8_t)(0xff00 >> bits % 8);

	return memcmp(a, b, bits / 8) == 0 &&
	       (mask == 0 || ((a[bits / 8] ^ b[bits / 8]) & mask) == 0);
}

static bool
is_clear_behind(const uint8_t base[16], unsigned int bits)
{
	unsigned int i;

	for (i = bits; i < 128; i++)
		if (base[i / 8] & (0x80 >> i % 8))
			return false;
	return true;
}

const char *
network_parse(struct network *n, const char *text)
{
	const char *slash = strchrnul(text, '/');
	unsigned int most;
	int bits;

	memset(n, 0, sizeof(*n));
	most = parse_address(n->base, text, (size_t)(slash - text));
	if (most == 0)
		return "not an address or ADDRESS/BITS";
	bits = *slash == '\0' ? (int)most : parse_length(slash + 1, most);
	if (bits == -1)
		return "not an address or ADDRESS/BITS";
	n->bits = (unsigned int)bits + 128 - most;
	if (!is_clear_behind(n->base, n->bits))
		return "address bits set beyond the prefix length";
	return NULL;
}

bool
network_holds(const struct network *n, const struct sockaddr *addr)
{
	const struct sockaddr_in *v4 = (const void *)addr;
	const struct sockaddr_in6 *v6 = (const void *)addr;
	uint8_t base[16];

	if (addr->sa_family == AF_INET6)
		memcpy(base, &v6->sin6_addr, sizeof(base));
	else if (addr->sa_family == AF_INET) {
		memcpy(base, mapped, sizeof(mapped));
		memcpy(base + sizeof(mapped), &v4->sin_addr, 4);
	} else
		return false;
	/* ::/0 is all of IPv6 and nothing of IPv4. */
	if (n->bits < MAPPED && memcmp(base, mapped, sizeof(mapped)) == 0)
		return false;
	return same_bits(n->base, base, n->bits);
}
