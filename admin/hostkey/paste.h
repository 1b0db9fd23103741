/*
 * The command that is pasted on a device: it pins the server's host keys, fetches
 * the installer over SSH with a key of the device's and the token on stdin, and
 * runs it if its SHA-256 is the one that stands in the command: no worker can send
 * another.
 */
#ifndef PASTE_H
#define PASTE_H

#include <stdbool.h>
#include <stdint.h>

#define PASTE_HOST 256
#define PASTE_KEYS 16

struct paste {
	char host[PASTE_HOST]; /* without the brackets of IPv6 */
	uint32_t port;
	const char *token;
	const char *device; /* the id that it is for; NULL or "": any */
	const char *installer; /* its SHA-256 in hexadecimal */
	char *key[PASTE_KEYS]; /* "ssh-ed25519 AAAA..." */
	int keys;
};

/*
 * Read "HOST", "HOST:PORT" or "[IPv6]:PORT"; the port stays as it is when none
 * is given.  -1: it is none of these, or a shell could misread it.
 */
int	paste_server(struct paste *, const char *text);

/* "HOST:PORT", in brackets if need be. */
void	paste_address(const struct paste *, char out[PASTE_HOST + 16]);

/*
 * Returns the line to paste, for dbclient or for OpenSSH's ssh.  To be freed;
 * NULL: no memory.
 */
char	*paste_line(const struct paste *, bool openssh);

/*
 * The same with newlines that a shell passes over: BusyBox's does not take more
 * than 512 bytes of a line that is typed or pasted.  To be freed.
 */
char	*paste_wrap(const char *line);

#endif
