#include "config.h"

#include <libssh/libssh.h>

#include "clock.h"
#include "exec.h"
#include "forward.h"
#include "session.h"
#include "timing.h"
#include "worker.h"

#define UNASKED 30.0 /* s until a channel must have its command */
#define CLOSING_TIME 2.0 /* s for sending what is queued */
#define REKEY_TIME 30.0 /* s for a key exchange, from when it was noticed */
#define REKEY_ANSWERS 2 /* the server's packets in it: the reply, NEWKEYS */

static void
timing_set(struct session *s, int timing, double after)
{
	struct ev_loop *loop = s->worker->loop;

	if ((int)s->timing == timing)
		return;
	s->timing = timing;
	ev_timer_stop(loop, &s->timer);
	if (timing == TIMER_NONE)
		return;
	ev_timer_set(&s->timer, after, after);
	ev_timer_start(loop, &s->timer);
}

void
timing_choose(struct session *s)
{
	const struct msg_setup *setup = &s->worker->setup;

	if (session_is_ending(s))
		timing_set(s, TIMER_CLOSING, CLOSING_TIME);
	else if (s->state != SESSION_OPEN)
		timing_set(s, TIMER_NONE, 0);
	else if (exec_any(s, true) || forward_any(s) ||
		 s->role == ROLE_OPERATOR)
		timing_set(s, TIMER_KEEPALIVE, setup->keepalive);
	else if (exec_any(s, false))
		timing_set(s, TIMER_UNASKED, UNASKED);
	else
		timing_set(s, TIMER_IDLE, setup->idle);
}

/*
 * Whether libssh holds back what it is given to send.  It does so during a key
 * exchange (RFC 4253, section 7.1), and has no call that says so.
 */
static bool
timing_is_held(struct session *s)
{
	uint64_t sent = s->payload.out_packets;

	ssh_send_ignore(s->ssh, "");
	return s->payload.out_packets == sent;
}

/*
 * True: a key exchange has begun, and has lasted as long as it may.  One that
 * ended meanwhile would have released what was held back.
 */
static bool
timing_rekey_stalls(struct session *s)
{
	double now = clock_now();

	if (!timing_is_held(s))
		s->held = 0;
	else if (s->held == 0 ||
		 s->payload.out_packets - s->held_packets > REKEY_ANSWERS) {
		s->held = now;
		s->held_packets = s->payload.out_packets;
	} else
		return now - s->held >= REKEY_TIME;
	return false;
}

/*
 * In non-blocking mode a call of ssh_send_keepalive may only take the answer to
 * the one before, and must be repeated then.  Until that answer has come, the
 * call sends nothing.
 */
static void
timing_keep_alive(struct session *s)
{
	uint64_t sent;

	if (s->wire.in_bytes != s->heard)
		s->missed = 0;
	else if (++s->missed >= s->worker->setup.keepalive_max) {
		session_end(s, "no answer to keepalives");
		return;
	}
	s->heard = s->wire.in_bytes;
	sent = s->payload.out_packets;
	ssh_send_keepalive(s->ssh);
	if (s->payload.out_packets == sent)
		ssh_send_keepalive(s->ssh);
	if (s->payload.out_packets != sent)
		s->held = 0;
	else if (timing_rekey_stalls(s))
		session_end(s, "key exchange timed out");
}

static void
timing_on_timer(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct session *s = timer->data;

	(void)events;
	session_set_current(s);
	switch (s->timing) {
	case TIMER_IDLE:
		session_end(s, "no channel and no forward open");
		break;
	case TIMER_UNASKED:
		session_end(s, "no command requested on a channel");
		break;
	case TIMER_KEEPALIVE:
		timing_keep_alive(s);
		break;
	case TIMER_CLOSING:
		ev_timer_stop(loop, timer);
		s->timing = TIMER_CLOSED;
		break;
	case TIMER_CLOSED:
	case TIMER_NONE:
		break;
	}
	session_due(s);
}

void
timing_init(struct session *s)
{
	ev_timer_init(&s->timer, timing_on_timer, 0, 0);
	s->timer.data = s;
}

void
timing_stop(struct session *s)
{
	ev_timer_stop(s->worker->loop, &s->timer);
}
