#include "config.h"

#include <ev.h>
#include <stdlib.h>
#include <unistd.h>

#include <libssh/server.h>

#include "ask.h"
#include "auth.h"
#include "bridge.h"
#include "command.h"
#include "ending.h"
#include "enrol.h"
#include "exec.h"
#include "forward.h"
#include "global.h"
#include "jump.h"
#include "poll_wait.h"
#include "session.h"
#include "timing.h"
#include "worker.h"

/*
 * The functions that hear of a session's end, in this order; each frees what
 * its module has of the session.  Bridges come first, so that no data moves any
 * more; a forward outlives its connections.  BYE comes last, in ending_free.
 */
static void (*const hearers[])(struct session *) = {
    bridge_free_all, /* BRIDGE_CLOSE, JUMP_CLOSED */
    jump_free_all,
    command_free_all, /* HUNG_UP */
    forward_free_all,
    global_free_all,
    exec_free_all,
    poll_free_hints,
    enrol_free,
    auth_free,
};

static void
ending_tear_down(struct session *s)
{
	size_t i;

	if (s->state == SESSION_CLOSING)
		return;
	for (i = 0; i < sizeof(hearers) / sizeof(hearers[0]); i++)
		hearers[i](s);
	s->state = SESSION_CLOSING;
}

/*
 * True: nothing is queued for the client, or there is no time to send it.  A
 * client that was logged in, and so has a timer, gets no time: what is queued
 * for it is its own data.
 */
static bool
ending_may_leave(const struct session *s)
{
	return session_is_dead(s) || !session_congested(s) ||
	       (s->timing != TIMER_NONE && s->timing != TIMER_CLOSING);
}

bool
ending_proceed(struct session *s)
{
	session_not_due(s);
	ending_tear_down(s);
	session_flush(s);
	if (!ending_may_leave(s))
		return false;
	if (!session_is_dead(s)) {
		/* The buffer is empty: send the disconnect message at once. */
		ssh_set_fd_towrite(s->ssh);
		ssh_disconnect(s->ssh);
	}
	ending_free(s);
	return true;
}

void
ending_free(struct session *s)
{
	struct worker *w = s->worker;

	session_end(s, "the worker ended");
	session_not_due(s);
	ending_tear_down(s);
	ev_io_stop(w->loop, &s->io);
	timing_stop(s);
	worker_forget(w, s->fd);
	close(s->fd);
	ask_bye(w, s->number, s->wire.in_bytes, s->wire.out_bytes, s->reason);
	HASH_DEL(w->sessions, s);
	ssh_free(s->ssh);
	free(s);
	worker_ended(w);
}
