#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include <libssh/libssh.h>
#include <libssh/server.h>

#include "ask.h"
#include "forward.h"
#include "global.h"
#include "msg.h"
#include "refuse.h"
#include "session.h"

#define ADDRESS_MAX 255 /* bytes of the bind address */

/* A global request that is not yet answered. */
struct global {
	struct global *prev;
	struct global *next;
	ssh_message request;
	uint32_t port;
	bool asked;
};

static void
global_free(struct session *s, struct global *g)
{
	DL_DELETE(s->globals, g);
	ssh_message_free(g->request);
	free(g);
}

/* Answer the oldest request. */
static void
global_answer_first(struct session *s, bool ok, uint32_t port)
{
	struct global *g = s->globals;

	if (ok)
		ssh_message_global_request_reply_success(
		    g->request, (uint16_t)port);
	else
		ssh_message_reply_default(g->request);
	global_free(s, g);
}

/* Answer the requests up to one that waits for the monitor. */
static void
global_next(struct session *s)
{
	const char *address;
	struct global *g;

	while ((g = s->globals) != NULL && !g->asked) {
		address = ssh_message_global_request_address(g->request);
		if (ssh_message_subtype(g->request) !=
		    SSH_GLOBAL_REQUEST_TCPIP_FORWARD)
			global_answer_first(
			    s, forward_cancel(s, g->port), g->port);
		else if (address == NULL || strlen(address) > ADDRESS_MAX) {
			refuse_log(s, REQUEST_ADDRESS, "");
			global_answer_first(s, false, 0);
		} else if (forward_any_of(s, g->port))
			global_answer_first(s, false, 0);
		else {
			g->asked = true;
			ask_listen(s, g->port);
		}
	}
}

void
global_request(struct session *s, ssh_message msg)
{
	struct global *g;

	if ((g = calloc(1, sizeof(*g))) == NULL) {
		ssh_message_reply_default(msg);
		ssh_message_free(msg);
		return;
	}
	g->request = msg;
	g->port = (uint32_t)ssh_message_global_request_port(msg);
	DL_APPEND(s->globals, g);
	global_next(s);
}

void
global_answer(struct session *s, const struct msg *m, int fd)
{
	struct global *g = s->globals;
	bool ok;

	(void)fd;
	if (g == NULL || !g->asked || g->port != m->listening.port)
		return;
	ok = m->listening.bound != 0 &&
	     forward_add(s, m->listening.bound,
		 ssh_message_global_request_address(g->request));
	if (!ok && m->listening.bound != 0)
		ask_cancel(s, m->listening.bound);
	global_answer_first(s, ok, m->listening.bound);
	global_next(s);
}

void
global_free_all(struct session *s)
{
	struct global *g, *next;

	DL_FOREACH_SAFE(s->globals, g, next)
		global_free(s, g);
}
