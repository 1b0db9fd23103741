#include "config.h"

#include <netinet/in.h>
#include <string.h>

#include "proxy.h"

static const char signature[] = "\r\n\r\n\0\r\nQUIT\n";
#define SIGNATURE (sizeof(signature) - 1)

enum { VERSION_2 = 0x20, LOCAL = 0, PROXY = 1 }; /* of the 13th byte */
enum { UNSPEC = 0x00, TCP4 = 0x11, TCP6 = 0x21 }; /* the 14th byte */

/* Source and destination address, source and destination port. */
#define TCP4_LEN (2 * 4 + 2 * 2)
#define TCP6_LEN (2 * 16 + 2 * 2)

/* Check the part of the head that has arrived. */
static const char *
wrong_head(const uint8_t *b, size_t len)
{
	uint8_t command;

	if (memcmp(b, signature, len < SIGNATURE ? len : SIGNATURE) != 0)
		return "no PROXY header of version 2";
	if (len <= 12)
		return NULL;
	command = b[12] & 0x0f;
	if ((b[12] & 0xf0) != VERSION_2)
		return "PROXY header of another version";
	if (command != LOCAL && command != PROXY)
		return "PROXY header with an unknown command";
	if (len <= 13 || command == LOCAL)
		return NULL;
	if (b[13] != UNSPEC && b[13] != TCP4 && b[13] != TCP6)
		return "PROXY header of a protocol other than TCP";
	return NULL;
}

static const char *
wrong_length(const uint8_t *b, size_t body)
{
	if (body > PROXY_BODY)
		return "PROXY header too long";
	if ((b[12] & 0x0f) == PROXY && ((b[13] == TCP4 && body < TCP4_LEN) ||
					   (b[13] == TCP6 && body < TCP6_LEN)))
		return "PROXY header too short for its addresses";
	return NULL;
}

static enum proxy_result
read_source(const uint8_t *b, struct sockaddr_storage *from)
{
	struct sockaddr_in *v4 = (void *)from;
	struct sockaddr_in6 *v6 = (void *)from;
	const uint8_t *body = b + PROXY_HEAD;

	if ((b[12] & 0x0f) == LOCAL || b[13] == UNSPEC)
		return PROXY_OWN;
	if (b[13] == TCP4) {
		v4->sin_family = AF_INET;
		memcpy(&v4->sin_addr, body, 4);
		memcpy(&v4->sin_port, body + 8, 2);
	} else {
		v6->sin6_family = AF_INET6;
		memcpy(&v6->sin6_addr, body, 16);
		memcpy(&v6->sin6_port, body + 32, 2);
	}
	return PROXY_CARRIED;
}

enum proxy_result
proxy_parse(const uint8_t *b, size_t len, size_t *left,
    struct sockaddr_storage *from, const char **wrong)
{
	size_t size = PROXY_HEAD, body;

	memset(from, 0, sizeof(*from));
	*left = 0;
	if ((*wrong = wrong_head(b, len)) != NULL)
		return PROXY_BAD;
	if (len >= PROXY_HEAD) {
		body = (size_t)b[14] << 8 | b[15];
		if ((*wrong = wrong_length(b, body)) != NULL)
			return PROXY_BAD;
		size += body;
	}
	if (len < size) {
		*left = size - len;
		return PROXY_MORE;
	}
	return read_source(b, from);
}
