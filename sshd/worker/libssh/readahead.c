#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include "readahead.h"

/* The bytes received ahead, for the connection whose step this is. */
static struct {
	int fd; /* the connection's descriptor; -1: none is read ahead */
	bool last; /* readahead_rest was called: no more is received */
	size_t at; /* bytes given to libssh so far */
	size_t len;
	uint8_t bytes[READAHEAD];
} turn = {.fd = -1};

void
readahead_begin(int fd)
{
	turn.fd = fd;
	turn.last = false;
	turn.at = turn.len = 0;
}

size_t
readahead_rest(void)
{
	turn.last = true;
	return turn.len - turn.at;
}

void
readahead_end(void)
{
	turn.fd = -1;
	turn.at = turn.len = 0;
}

static ssize_t
readahead_receive(void)
{
	ssize_t n;

	if (turn.last) {
		errno = EAGAIN;
		return -1;
	}
	n = recvfrom(turn.fd, turn.bytes, READAHEAD, 0, NULL, NULL);
	turn.at = 0;
	turn.len = n > 0 ? (size_t)n : 0;
	return n;
}

/* recv(2), in libc's place and with its contract. */
ssize_t
recv(int fd, void *buffer, size_t len, int flags)
{
	ssize_t n;

	if (fd != turn.fd || flags != 0)
		return recvfrom(fd, buffer, len, flags, NULL, NULL);
	if (turn.at == turn.len && (n = readahead_receive()) <= 0)
		return n;
	if (len > turn.len - turn.at)
		len = turn.len - turn.at;
	memcpy(buffer, turn.bytes + turn.at, len);
	turn.at += len;
	return (ssize_t)len;
}

/* The system call poll(2), since this file defines the function. */
static int
readahead_poll(struct pollfd *fds, nfds_t n, int timeout)
{
	struct timespec ts = {
	    .tv_sec = timeout / 1000,
	    .tv_nsec = timeout % 1000 * 1000000L,
	};

	return ppoll(fds, n, timeout < 0 ? NULL : &ts, NULL);
}

/*
 * poll(2), in libc's place and with its contract. poll.h tells gcc that the
 * array is only written, which is wrong of its fd and events. clang does not
 * know the warning.
 */
#ifndef __clang__
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
int
poll(struct pollfd *fds, nfds_t n, int timeout)
{
	bool mine = n == 1 && fds->fd == turn.fd && (fds->events & POLLIN);
	short asked;
	int ready;

	if (!mine || (turn.at == turn.len && !turn.last))
		return readahead_poll(fds, n, timeout);
	/* The descriptor is readable exactly if received bytes are left. */
	asked = fds->events;
	fds->events &= ~POLLIN;
	fds->revents = 0;
	ready = fds->events == 0 ? 0 : readahead_poll(fds, n, 0);
	fds->events = asked;
	if (ready == -1 || turn.at == turn.len)
		return ready;
	fds->revents |= POLLIN;
	return 1;
}
#ifndef __clang__
#pragma GCC diagnostic pop
#endif
