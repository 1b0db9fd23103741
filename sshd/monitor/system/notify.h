/*
 * sd_notify(3) without its library: one datagram to NOTIFY_SOCKET.
 */
#ifndef NOTIFY_H
#define NOTIFY_H

/*
 * Connect to NOTIFY_SOCKET, before the sandbox forbids it.  Returns the
 * descriptor, or -1: not set, or it failed.
 */
int notify_open(void);

/* Send the state, as "READY=1", unless fd is -1; errors are ignored. */
void notify_send(int fd, const char *state);

#endif
