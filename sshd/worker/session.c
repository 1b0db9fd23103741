#include "config.h"

#include <stdio.h>
#include <utlist.h>

#include <libssh/server.h>

#include "hostkey.h"
#include "session.h"
#include "signature.h"
#include "worker.h"

struct session *
session_find(struct worker *w, uint64_t number)
{
	struct session *s;

	HASH_FIND(hh, w->sessions, &number, sizeof(number), s);
	return s;
}

void
session_set_current(const struct session *s)
{
	hostkey_sign_for(s->number);
	signature_claim_for(s->number);
}

void
session_due(struct session *s)
{
	if (s->due_prev == NULL)
		DL_APPEND2(s->worker->due, s, due_prev, due_next);
}

void
session_not_due(struct session *s)
{
	if (s->due_prev == NULL)
		return;
	DL_DELETE2(s->worker->due, s, due_prev, due_next);
	s->due_prev = s->due_next = NULL;
}

bool
session_is_ending(const struct session *s)
{
	return s->state >= SESSION_ENDING;
}

void
session_end(struct session *s, const char *reason)
{
	if (session_is_ending(s))
		return;
	s->state = SESSION_ENDING;
	snprintf(s->reason, sizeof(s->reason), "%s", reason);
	session_due(s);
}

bool
session_congested(const struct session *s)
{
	return ssh_get_status(s->ssh) & SSH_WRITE_PENDING;
}

/*
 * Whether the connection is gone.  A reset that comes before the first write
 * closes libssh's socket and leaves its session alive.
 */
bool
session_is_dead(const struct session *s)
{
	return !ssh_is_connected(s->ssh) ||
	       ssh_get_fd(s->ssh) == SSH_INVALID_SOCKET ||
	       (ssh_get_status(s->ssh) & (SSH_CLOSED | SSH_CLOSED_ERROR));
}

/*
 * libssh sends a packet at once when it takes the socket for writable, and
 * otherwise keeps it until it is polled.
 */
void
session_flush(struct session *s)
{
	if (!session_is_dead(s) && session_congested(s))
		ssh_blocking_flush(s->ssh, 0);
}
