#include "config.h"

#include <stddef.h>

#include <libssh/libssh.h>
#include <libssh/server.h>

#include "ask.h"
#include "auth.h"
#include "clock.h"
#include "command.h"
#include "exec.h"
#include "forward.h"
#include "jump.h"
#include "request.h"
#include "session.h"
#include "worker.h"

#define BURST 256.0
#define RATE 16.0 /* a second */
#define OPERATOR_FACTOR 32 /* a browser opens many channels */
#define PER_BYTE (1.0 / 1024) /* of what we sent */

#define ANY (-1)
#define IN(state) (1U << SESSION_##state)
/* Who may ask in SESSION_OPEN. */
#define DEVICE (1U << (8 + ROLE_DEVICE))
#define OPERATOR (1U << (8 + ROLE_OPERATOR))
#define ENROL ((1U << (8 + ROLE_ENROL)) | (1U << (8 + ROLE_ENROL_KEY)))

static const struct name {
	const char *name;
	bool limit;
} names[] = {
    [REQUEST_PTY] = {"pty-req", false},
    [REQUEST_ENV] = {"env", false},
    [REQUEST_X11] = {"x11-req", false},
    [REQUEST_AGENT] = {"auth-agent", false},
    [REQUEST_SUBSYSTEM] = {"subsystem", false},
    [REQUEST_DIRECT_TCPIP] = {"direct-tcpip", false},
    [REQUEST_CHANNEL_OPEN] = {"channel-open", false},
    [REQUEST_CHANNEL] = {"channel-request", false},
    [REQUEST_SESSION] = {"session", false},
    [REQUEST_FORWARD] = {"tcpip-forward", false},
    [REQUEST_WAIT] = {"wait", false},
    [REQUEST_ENROLL] = {"exec", false},
    [REQUEST_SERVICE] = {"service-request", false},
    [REQUEST_EXEC] = {"exec", true},
    [REQUEST_CHANNELS] = {"channels", true},
    [REQUEST_USER] = {"user", true},
    [REQUEST_KEY] = {"key", true},
    [REQUEST_ADDRESS] = {"bind-address", true},
    [REQUEST_TARGET] = {"target", true},
    [REQUEST_FLOOD] = {"global-requests", true},
    [REQUEST_PACKETS] = {"packet-size", true},
};

/* Granted, and of no effect. */
static void
request_ignore(struct session *s, ssh_message msg)
{
	(void)s;
	ssh_message_channel_request_reply_success(msg);
	ssh_message_free(msg);
}

static const struct rule {
	int type;
	int subtype;
	unsigned int when; /* it is taken: state, or role */
	void (*take)(struct session *, ssh_message);
	enum request_kind refusal; /* without take */
} rules[] = {
    {SSH_REQUEST_SERVICE, ANY, IN(AUTH), auth_service, REQUEST_SERVICE},
    {SSH_REQUEST_AUTH, ANY, IN(AUTH), auth_request, REQUEST_SERVICE},
    {SSH_REQUEST_CHANNEL_OPEN, SSH_CHANNEL_SESSION, DEVICE | ENROL, exec_open,
	REQUEST_SESSION},
    {SSH_REQUEST_CHANNEL_OPEN, SSH_CHANNEL_SESSION, OPERATOR, command_open,
	REQUEST_SESSION},
    {SSH_REQUEST_CHANNEL, SSH_CHANNEL_REQUEST_EXEC, OPERATOR, command_request,
	REQUEST_CHANNEL},
    {SSH_REQUEST_CHANNEL, SSH_CHANNEL_REQUEST_SHELL, OPERATOR, command_request,
	REQUEST_CHANNEL},
    {SSH_REQUEST_CHANNEL, SSH_CHANNEL_REQUEST_PTY, OPERATOR, command_terminal,
	REQUEST_PTY},
    {SSH_REQUEST_CHANNEL, SSH_CHANNEL_REQUEST_WINDOW_CHANGE, OPERATOR,
	request_ignore, REQUEST_CHANNEL},
    {SSH_REQUEST_CHANNEL, SSH_CHANNEL_REQUEST_EXEC, DEVICE | ENROL,
	exec_request, REQUEST_CHANNEL},
    {SSH_REQUEST_CHANNEL, SSH_CHANNEL_REQUEST_SHELL, DEVICE, exec_request,
	REQUEST_CHANNEL},
    {SSH_REQUEST_GLOBAL, SSH_GLOBAL_REQUEST_TCPIP_FORWARD, DEVICE,
	forward_request, REQUEST_FORWARD},
    {SSH_REQUEST_GLOBAL, SSH_GLOBAL_REQUEST_CANCEL_TCPIP_FORWARD, DEVICE,
	forward_request, REQUEST_FORWARD},
    {SSH_REQUEST_CHANNEL_OPEN, SSH_CHANNEL_DIRECT_TCPIP, OPERATOR, jump_request,
	REQUEST_DIRECT_TCPIP},
    {SSH_REQUEST_CHANNEL_OPEN, SSH_CHANNEL_X11, 0, NULL, REQUEST_X11},
    {SSH_REQUEST_CHANNEL_OPEN, SSH_CHANNEL_AUTH_AGENT, 0, NULL, REQUEST_AGENT},
    {SSH_REQUEST_CHANNEL_OPEN, ANY, 0, NULL, REQUEST_CHANNEL_OPEN},
    {SSH_REQUEST_CHANNEL, SSH_CHANNEL_REQUEST_PTY, 0, NULL, REQUEST_PTY},
    {SSH_REQUEST_CHANNEL, SSH_CHANNEL_REQUEST_ENV, 0, NULL, REQUEST_ENV},
    {SSH_REQUEST_CHANNEL, SSH_CHANNEL_REQUEST_X11, 0, NULL, REQUEST_X11},
    {SSH_REQUEST_CHANNEL, SSH_CHANNEL_REQUEST_SUBSYSTEM, 0, NULL,
	REQUEST_SUBSYSTEM},
    {SSH_REQUEST_CHANNEL, ANY, 0, NULL, REQUEST_CHANNEL},
};

static unsigned int
now(const struct session *s)
{
	return s->state == SESSION_OPEN ? 1U << (8 + s->role) : 1U << s->state;
}

void
request_take(struct session *s, ssh_message msg)
{
	int type = ssh_message_type(msg), subtype = ssh_message_subtype(msg);
	const struct rule *r, *first = NULL;
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		r = &rules[i];
		if (r->type != type ||
		    (r->subtype != ANY && r->subtype != subtype))
			continue;
		if (r->take != NULL && (r->when & now(s))) {
			r->take(s, msg);
			return;
		}
		if (first == NULL)
			first = r;
	}
	request_refuse(
	    s, msg, first != NULL ? first->refusal : REQUEST_SERVICE);
}

void
request_refuse(struct session *s, ssh_message msg, enum request_kind kind)
{
	ssh_message_reply_default(msg);
	ssh_message_free(msg);
	request_log(s, kind, "");
}

void
request_log(struct session *s, enum request_kind kind, const char *detail)
{
	if (s->refused & (1U << kind))
		return;
	s->refused |= 1U << kind;
	ask_refused(s, names[kind].name, names[kind].limit, detail);
}

void
request_earn(struct session *s, unsigned int packets)
{
	s->tokens += packets;
}

bool
request_afford(struct session *s)
{
	double factor = s->role == ROLE_OPERATOR ? OPERATOR_FACTOR : 1;
	double now = clock_now();
	uint64_t packets = s->payload.in_packets - s->data_packets;

	if (packets == s->charged)
		return true;
	s->tokens += (now - s->refilled) * RATE * factor;
	s->tokens += (double)(s->wire.out_bytes - s->earned) * PER_BYTE;
	if (s->tokens > BURST * factor)
		s->tokens = BURST * factor;
	s->tokens -= (double)(packets - s->charged);
	s->refilled = now;
	s->earned = s->wire.out_bytes;
	s->charged = packets;
	return s->tokens >= 0;
}
