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
	REQUEST_CHANNEL_OPEN, /* a message of any other type */
	REQUEST_CHANNEL, /* any other channel request */
	REQUEST_SESSION, /* a session channel, of an operator */
	REQUEST_FORWARD, /* a tcpip-forward, of an operator */
	REQUEST_WAIT, /* a second exec of "wait 1" */
	REQUEST_ENROLL, /* an exec that a client with a token may not request */
	REQUEST_SERVICE,
	/* limits */
	REQUEST_EXEC, /* a command line that is too long */
	REQUEST_CHANNELS, /* too many channels */
	REQUEST_USER, /* a user name that is too long */
	REQUEST_KEY, /* a public key that is too long */
	REQUEST_ADDRESS, /* a bind address that is too long */
	REQUEST_TARGET, /* a jump's target is too long */
	REQUEST_FLOOD, /* more packets than the allowance */
	REQUEST_PACKETS /* a maximum packet size that is too small */
};

/* Refuse a message, free it, and log it. */
void refuse_request(struct session *, ssh_message, enum request_kind);

/* Log the refusal, once for each kind. */
void refuse_log(struct session *, enum request_kind, const char *detail);

#endif
