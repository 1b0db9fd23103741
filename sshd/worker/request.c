#include "config.h"

#include <stddef.h>

#include <libssh/libssh.h>
#include <libssh/server.h>

#include "auth.h"
#include "command.h"
#include "exec.h"
#include "enrol.h"
#include "global.h"
#include "jump.h"
#include "poll_wait.h"
#include "refuse.h"
#include "request.h"
#include "session.h"

#define ANY (-1)
#define IN(state) (1U << SESSION_##state)
/* The roles whose clients may make a request in SESSION_OPEN. */
#define DEVICE (1U << (8 + ROLE_DEVICE))
#define OPERATOR (1U << (8 + ROLE_OPERATOR))
#define ENROL ((1U << (8 + ROLE_ENROL)) | (1U << (8 + ROLE_ENROL_KEY)))

/* Grant a request that has no effect. */
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
	unsigned int when; /* the states, or roles, in which take is called */
	void (*take)(struct session *, ssh_message);
	enum request_kind refusal; /* the kind that is logged when it is not */
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
    {SSH_REQUEST_CHANNEL, SSH_CHANNEL_REQUEST_EXEC, DEVICE, poll_request,
	REQUEST_CHANNEL},
    {SSH_REQUEST_CHANNEL, SSH_CHANNEL_REQUEST_EXEC, ENROL, enrol_request,
	REQUEST_CHANNEL},
    {SSH_REQUEST_CHANNEL, SSH_CHANNEL_REQUEST_SHELL, DEVICE, poll_request,
	REQUEST_CHANNEL},
    {SSH_REQUEST_GLOBAL, SSH_GLOBAL_REQUEST_TCPIP_FORWARD, DEVICE,
	global_request, REQUEST_FORWARD},
    {SSH_REQUEST_GLOBAL, SSH_GLOBAL_REQUEST_CANCEL_TCPIP_FORWARD, DEVICE,
	global_request, REQUEST_FORWARD},
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
request_state(const struct session *s)
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
		if (r->take != NULL && (r->when & request_state(s))) {
			r->take(s, msg);
			return;
		}
		if (first == NULL)
			first = r;
	}
	refuse_request(
	    s, msg, first != NULL ? first->refusal : REQUEST_SERVICE);
}
