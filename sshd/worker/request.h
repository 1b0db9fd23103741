/*
 * What a client asks for, as libssh's queue of messages hands it out: the
 * table of who answers what, the one way to refuse, and the limit on asking.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include <libssh/libssh.h>
#include <stdbool.h>

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
	REQUEST_FLOOD, /* too many requests */
	REQUEST_PACKETS /* a maximum packet size that is too small */
};

/* Hand a message to who answers it; it is theirs. */
void request_take(struct session *, ssh_message);

/* Refuse a message, free it, and log it once a kind and connection. */
void request_refuse(struct session *, ssh_message, enum request_kind);

/* Only log it. */
void request_log(struct session *, enum request_kind, const char *detail);

/*
 * Pay for the packets that came since the last call, other than channel data:
 * a burst of 256, 16 a second.  What the peer must send on our account
 * (window adjustments, the opening and closing of channels that we open) is
 * earned: one a KiB sent, and request_earn.  False: the connection is to end.
 */
bool request_afford(struct session *);
void request_earn(struct session *, unsigned int packets);

#endif
