#include "config.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

#define DESCRIPTORS 128 /* more than a target opens at once */

/* Not through stderr's FILE, which a target may have silenced. */
void
fuzz_broken(const char *property, const char *file, int line)
{
	dprintf(
	    STDERR_FILENO, "%s:%d: does not hold: %s\n", file, line, property);
	abort();
}

size_t
input_bytes(struct input *in, void *out, size_t len)
{
	if (len > in->left)
		len = in->left;
	memcpy(out, in->at, len);
	in->at += len;
	in->left -= len;
	return len;
}

uint8_t
input_byte(struct input *in)
{
	uint8_t byte = 0;

	input_bytes(in, &byte, 1);
	return byte;
}

uint16_t
input_number(struct input *in)
{
	uint8_t low = input_byte(in);

	return (uint16_t)(low | input_byte(in) << 8);
}

char *
fuzz_text(const uint8_t *data, size_t len)
{
	char *text;

	MUST((text = strndup((const char *)data, len)) != NULL);
	return text;
}

bool
fuzz_printable(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < 0x20 || *text > 0x7e)
			return false;
	return true;
}

unsigned int
fuzz_descriptors(void)
{
	struct pollfd fds[DESCRIPTORS] = {{.fd = 0}};
	unsigned int n = 0;
	int fd;

	for (fd = 0; fd < DESCRIPTORS; fd++)
		fds[fd].fd = fd;
	poll(fds, DESCRIPTORS, 0);
	for (fd = 0; fd < DESCRIPTORS; fd++)
		n += !(fds[fd].revents & POLLNVAL);
	return n;
}
