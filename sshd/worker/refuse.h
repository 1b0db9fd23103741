/*
 * The one way to refuse what a client requests: libssh's default answer, and a
 * line in the event log for each kind, once a connection.
 */
#ifndef REFUSE_H
#define REFUSE_H

#include <libssh/libssh.h>

struct session;

enum request_kind {
	REQUEST_PTY,
	REQUEST_ENV,
	REQUEST_X11,
	REQUEST_AGENT,
	REQUEST_SUBSYSTEM,
	REQUEST_DIRECT_TCPIP,
	REQUEST_CHANNEL_OPEN, /* of another type */
	REQUEST_CHANNEL, /* another channel request */
	REQUEST_SESSION, /* a session channel, of an operator */
	REQUEST_FORWARD, /* a tcpip-forward, of an operator */
	REQUEST_WAIT, /* a second exec of "wait 1" */
	REQUEST_ENROLL, /* exec of what one with a token may not ask */
	REQUEST_SERVICE,
	/* limits */
	REQUEST_EXEC, /* the line is too long */
	REQUEST_CHANNELS, /* too many */
	REQUEST_USER, /* the name is too long */
	REQUEST_KEY, /* the key is too long */
	REQUEST_ADDRESS, /* a bind address is too long */
	REQUEST_TARGET, /* a jump's target is too long */
	REQUEST_FLOOD, /* more packets than the allowance */
	REQUEST_PACKETS /* a maximum packet size that is too small */
};

/* Refuse a message, free it, and log it. */
void refuse_request(struct session *, ssh_message, enum request_kind);

/* Only log it. */
void refuse_log(struct session *, enum request_kind, const char *detail);

#endif
