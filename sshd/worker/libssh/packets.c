/*
 * The padding of each packet is random (RFC 4253, section 6), and libssh takes
 * it from RAND_bytes(3).  The dynamic linker gives libssh the RAND_bytes of
 * this file, which counts and asks libcrypto's.  When the count is used up the
 * padding fails, and with it the write.
 */
#include "config.h"

#include <dlfcn.h>
#include <limits.h>
#include <string.h>

#include <openssl/rand.h>

#include "exchange.h"
#include "packets.h"

typedef int random_fn(unsigned char *, int);

static random_fn *random_bytes; /* libcrypto's */
static unsigned int left = UINT_MAX; /* packets; UINT_MAX: not counted */
static bool exceeded;

int
packets_start(void)
{
	void *found = dlsym(RTLD_NEXT, "RAND_bytes");

	memcpy(&random_bytes, &found, sizeof(random_bytes));
	return found != NULL ? 0 : -1;
}

typedef int write_fn(ssh_channel, const void *, uint32_t);

static int
packets_count(
    write_fn *write, ssh_channel channel, const void *data, uint32_t len)
{
	int n;

	left = PACKETS_MAX;
	n = write(channel, data, len);
	if (left == 0)
		exceeded = true;
	left = UINT_MAX;
	return exceeded ? SSH_ERROR : n;
}

int
packets_write(ssh_channel channel, const void *data, uint32_t len)
{
	return packets_count(ssh_channel_write, channel, data, len);
}

int
packets_write_stderr(ssh_channel channel, const void *data, uint32_t len)
{
	return packets_count(ssh_channel_write_stderr, channel, data, len);
}

bool
packets_exceeded(void)
{
	bool was = exceeded;

	exceeded = false;
	return was;
}

/* RAND_bytes(3), in libcrypto's place and with its contract. */
int
RAND_bytes(unsigned char *bytes, int len)
{
	if (len > 0 && exchange_give_cookie(bytes, (size_t)len))
		return 1;
	if (random_bytes == NULL || left == 0)
		return 0;
	if (left != UINT_MAX)
		left--;
	return random_bytes(bytes, len);
}
