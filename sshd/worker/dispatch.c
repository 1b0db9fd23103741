#include "config.h"

#include <stdio.h>
#include <unistd.h>

#include "ask.h"
#include "auth.h"
#include "command.h"
#include "dispatch.h"
#include "enrol.h"
#include "forward.h"
#include "global.h"
#include "jump.h"
#include "msg.h"
#include "poll_wait.h"
#include "serve.h"
#include "session.h"
#include "worker.h"

#define RECEIVE_MAX 64 /* messages taken in one turn of the loop */

static void
answer_close(struct session *s, const struct msg *m, int fd)
{
	(void)fd;
	session_end(s, m->close.reason);
}

static void
answer_verdict(struct session *s, const struct msg *m, int fd)
{
	(void)fd;
	if (s->login != NULL)
		auth_answer(s, &m->verdict);
	else
		enrol_verdict(s, &m->verdict);
}

/* --- for a session that is ending ------------------------------------- */

static void
late_accepted(struct session *s, const struct msg *m)
{
	ask_bridge_close(
	    s, m->accepted.port, m->accepted.id, 0, 0, "forward closed");
}

static void
late_join(struct session *s, const struct msg *m)
{
	ask_joined(s, m->join.jump, JOIN_REFUSED);
}

static void
late_reached(struct session *s, const struct msg *m)
{
	if (m->reached.ok)
		ask_jump_closed(s, m->reached.id, 0, 0, "not accepted");
}

/* take gets the descriptor that came with the message; late gets none. */
static const struct answer {
	enum msg_type type;
	void (*take)(struct session *, const struct msg *, int fd);
	/* called in place of take if the session is ending; NULL: no answer */
	void (*late)(struct session *, const struct msg *);
} answers[] = {
    {MSG_CLOSE, answer_close, NULL},
    {MSG_VERDICT, answer_verdict, NULL},
    {MSG_FILE, enrol_file, NULL},
    {MSG_ENROLLED, enrol_enrolled, NULL},
    {MSG_INBOX, poll_answer, NULL},
    {MSG_WANTED, poll_wanted, NULL},
    {MSG_HINTS, poll_hints, NULL},
    {MSG_LISTENING, global_answer, NULL},
    {MSG_ACCEPTED, forward_accepted, late_accepted},
    {MSG_REACHED, jump_answer, late_reached},
    {MSG_JOIN, forward_join, late_join},
    {MSG_JUMP_CLOSE, jump_close, NULL},
    {MSG_STREAM, command_stream, NULL},
    {MSG_COMMANDED, command_ended, NULL},
    {MSG_UNLISTEN, forward_unlisten, NULL},
};

static const struct answer *
answer_find(enum msg_type type)
{
	size_t i;

	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (answers[i].type == type)
			return &answers[i];
	return NULL;
}

/* False: the monitor must not send this message. */
static bool
dispatch_answer(struct worker *w, const struct msg *m, int fd)
{
	const struct answer *a = answer_find(m->type);
	struct session *s = a != NULL ? session_find(w, m->conn) : NULL;

	if (s != NULL && !session_is_ending(s)) {
		session_set_current(s);
		a->take(s, m, fd);
		session_due(s);
		return true;
	}
	if (fd >= 0)
		close(fd);
	/* The session may have ended while the monitor answered. */
	if (s != NULL && a->late != NULL)
		a->late(s, m);
	return a != NULL;
}

/* A descriptor that was lost (MSG_FD_LOST) is refused by the handlers. */
static bool
dispatch_message(struct worker *w, const struct msg *m, int fd)
{
	switch (m->type) {
	case MSG_CONN:
		if (fd == MSG_FD_LOST) {
			ask_bye(w, m->conn, 0, 0, ASK_NO_DESCRIPTOR);
			return true;
		}
		if (session_find(w, m->conn) != NULL) {
			close(fd);
			return false;
		}
		serve_connection(w, m->conn, m->conn_new.cookie, fd);
		return true;
	case MSG_DRAIN:
		w->draining = true;
		if (w->open == 0)
			worker_stop(w, 0);
		return true;
	case MSG_PING:
		ask_pong(w);
		return true;
	default:
		return dispatch_answer(w, m, fd);
	}
}

void
dispatch_receive(struct worker *w)
{
	const char *reason;
	enum msg_result r;
	int fd, i;

	for (i = 0; i < RECEIVE_MAX; i++) {
		r = msg_recv(w->sock, &w->got, &fd, &reason);
		if (r == MSG_AGAIN)
			return;
		if (r == MSG_OK && !dispatch_message(w, &w->got, fd)) {
			r = MSG_BAD;
			reason = "not for a worker, or out of turn";
		}
		if (r == MSG_EOF)
			worker_stop(w, 0);
		if (r == MSG_BAD) {
			fprintf(stderr,
			    "et-sshd-worker: bad message %s from et-sshd: "
			    "%s\n",
			    msg_name(w->got.type), reason);
			worker_stop(w, 1);
		}
		if (r != MSG_OK)
			return;
	}
}
