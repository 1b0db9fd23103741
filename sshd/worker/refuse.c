#include "config.h"

#include <libssh/libssh.h>
#include <libssh/server.h>

#include "ask.h"
#include "refuse.h"
#include "session.h"

static const struct kind {
	const char *name;
	bool limit;
} kinds[] = {
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
    [REQUEST_FLOOD] = {"packets", true},
    [REQUEST_PACKETS] = {"packet-size", true},
};

void
refuse_request(struct session *s, ssh_message msg, enum request_kind kind)
{
	ssh_message_reply_default(msg);
	ssh_message_free(msg);
	refuse_log(s, kind, "");
}

void
refuse_log(struct session *s, enum request_kind kind, const char *detail)
{
	if (s->refused & (1U << kind))
		return;
	s->refused |= 1U << kind;
	ask_refused(s, kinds[kind].name, kinds[kind].limit, detail);
}
