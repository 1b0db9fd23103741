/*
 * sd_notify(3) without its library: one datagram to NOTIFY_SOCKET.
 */
#ifndef NOTIFY_H
#define NOTIFY_H

/*
 * Connect to it, as long as this process may: the descriptor, or -1 when
 * nobody waits to hear or it cannot be had.
 */
int notify_open(void);

/* Send the state, as "READY=1", unless fd is -1; errors are nobody's. */
void notify_send(int fd, const char *state);

#endif
