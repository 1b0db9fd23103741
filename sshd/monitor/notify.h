/*
 * sd_notify(3) without its library: one datagram to NOTIFY_SOCKET.
 */
#ifndef NOTIFY_H
#define NOTIFY_H

/* "READY=1", "STOPPING=1".  Nothing happens when nobody asked for it. */
void notify_send(const char *state);

#endif
