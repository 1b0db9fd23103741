#include "config.h"

#include <string.h>

#include <libssh/server.h>

#include "allowance.h"
#include "auth.h"
#include "kex.h"
#include "receive.h"
#include "refuse.h"
#include "request.h"
#include "session.h"

#define READ_SIZE 4096 /* bytes that libssh receives at once */

/* End the session with the reason for which libssh gave it up. */
static void
receive_explain_end(struct session *s)
{
	const char *error = ssh_get_error(s->ssh);
	char reason[MSG_TEXT];

	if (strstr(error, "Socket error: disconnected") != NULL ||
	    strstr(error, "SSH_MSG_DISCONNECT") != NULL)
		session_end(s, "closed by the client");
	else if (strstr(error, "reset by peer") != NULL ||
		 strstr(error, "Broken pipe") != NULL)
		session_end(s, "connection reset by the client");
	else if (s->state != SESSION_KEX)
		session_end(s, error);
	else {
		kex_explain(error, reason);
		session_end(s, reason);
	}
}

void
receive_check_dead(struct session *s)
{
	if (!session_is_ending(s) && session_is_dead(s))
		receive_explain_end(s);
}

void
receive_kex(struct session *s)
{
	switch (ssh_handle_key_exchange(s->ssh)) {
	case SSH_OK:
		s->state = SESSION_AUTH;
		break;
	case SSH_AGAIN:
		break;
	default:
		receive_explain_end(s);
		break;
	}
}

/*
 * Before authentication libssh drops a request that it does not admit (a
 * signature of an algorithm that is not allowed, or a wrong one) without an
 * answer, and the client would wait until the grace time is over.
 */
static void
receive_check_dropped(struct session *s)
{
	if (s->state == SESSION_AUTH &&
	    ssh_get_error_code(s->ssh) == SSH_FATAL && !session_is_dead(s))
		auth_dropped(s, ssh_get_error(s->ssh));
}

/*
 * ssh_message_get calls poll(2) whenever its queue is empty.  Only a packet
 * adds a message, so the packets counted tell when not to call it.
 */
static void
receive_messages(struct session *s)
{
	uint64_t before, packets = 0;
	ssh_message msg;
	int turn = 0;

	do {
		before = s->wire.in_bytes;
		msg = ssh_message_get(s->ssh);
		if (!allowance_pay(s)) {
			ssh_message_free(msg);
			refuse_log(s, REQUEST_FLOOD, "");
			session_end(s, "too many requests");
			return;
		}
		if (msg != NULL) {
			packets++;
			request_take(s, msg);
		} else {
			receive_check_dropped(s);
			s->drained = s->payload.in_packets;
			packets = 0;
		}
		if (session_is_ending(s) || s->login != NULL)
			return;
	} while (
	    s->payload.in_packets - s->drained > packets ||
	    (s->wire.in_bytes - before >= READ_SIZE && ++turn < RECEIVE_TURNS));
}

/*
 * From 0.11 on libssh drops data beyond the window, and goes on: the data
 * before and after would be taken for the whole.
 */
static void
receive_check_window(struct session *s)
{
	if (s->state == SESSION_OPEN &&
	    ssh_get_error_code(s->ssh) == SSH_FATAL &&
	    strcmp(ssh_get_error(s->ssh), "Window exceeded") == 0)
		session_end(s, "channel window exceeded");
}

void
receive_packets(struct session *s)
{
	if (s->state == SESSION_KEX)
		receive_kex(s);
	if (s->state != SESSION_KEX && !session_is_ending(s) &&
	    s->login == NULL)
		receive_messages(s);
	receive_check_window(s);
	receive_check_dead(s);
}
