#include "config.h"

#include <sys/socket.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utlist.h>

#include <libssh/server.h>

#include "ask.h"
#include "auth.h"
#include "bridge.h"
#include "clock.h"
#include "command.h"
#include "enrol.h"
#include "exchange.h"
#include "exec.h"
#include "forward.h"
#include "hostkey.h"
#include "jump.h"
#include "kex.h"
#include "packets.h"
#include "readahead.h"
#include "request.h"
#include "session.h"
#include "signature.h"
#include "timing.h"
#include "worker.h"

#define READ_SIZE 4096 /* what libssh receives at once */
#define TURNS 16 /* of them in one step, for fairness */
#define GREET_LOWAT 16384 /* more than a first flight, bytes */
#define START_TOKENS 256.0

bool
session_congested(const struct session *s)
{
	return ssh_get_status(s->ssh) & SSH_WRITE_PENDING;
}

/*
 * A reset that comes before the first write closes libssh's socket and leaves
 * its session alive.
 */
static bool
is_dead(const struct session *s)
{
	return !ssh_is_connected(s->ssh) ||
	       ssh_get_fd(s->ssh) == SSH_INVALID_SOCKET ||
	       (ssh_get_status(s->ssh) & (SSH_CLOSED | SSH_CLOSED_ERROR));
}

void
session_turn(const struct session *s)
{
	hostkey_sign_for(s->number);
	signature_claim_for(s->number);
}

struct session *
session_find(struct worker *w, uint64_t number)
{
	struct session *s;

	HASH_FIND(hh, w->sessions, &number, sizeof(number), s);
	return s;
}

void
session_end(struct session *s, const char *reason)
{
	if (s->state == SESSION_CLOSING)
		return;
	s->state = SESSION_CLOSING;
	snprintf(s->reason, sizeof(s->reason), "%s", reason);
	auth_free(s);
	exec_free_all(s);
	enrol_free(s);
	command_free_all(s);
	jump_free_all(s);
	forward_free_all(s, s->reason);
}

/* Why libssh gave the connection up. */
static void
end_dead(struct session *s)
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
session_due(struct session *s)
{
	if (s->due)
		return;
	s->due = true;
	DL_APPEND2(s->worker->due, s, due_prev, due_next);
}

static void
not_due(struct session *s)
{
	if (!s->due)
		return;
	s->due = false;
	DL_DELETE2(s->worker->due, s, due_prev, due_next);
}

void
session_free(struct session *s)
{
	struct worker *w = s->worker;

	if (s->state != SESSION_CLOSING)
		session_end(s, "the worker ended");
	ev_io_stop(w->loop, &s->io);
	timing_stop(s);
	worker_forget(w, s->fd);
	close(s->fd);
	not_due(s);
	ask_bye(w, s->number, s->wire.in_bytes, s->wire.out_bytes, s->reason);
	HASH_DEL(w->sessions, s);
	ssh_free(s->ssh);
	free(s);
	worker_ended(w);
}

static void
receive_kex(struct session *s)
{
	switch (ssh_handle_key_exchange(s->ssh)) {
	case SSH_OK:
		s->state = SESSION_AUTH;
		break;
	case SSH_AGAIN:
		break;
	default:
		end_dead(s);
		break;
	}
}

/*
 * Before authentication libssh drops what it does not like (a signature of an
 * algorithm that is not allowed, or a wrong one) without an answer, and the
 * client would wait until the grace time is over.
 */
static void
check_dropped(struct session *s)
{
	if (s->state == SESSION_AUTH &&
	    ssh_get_error_code(s->ssh) == SSH_FATAL && !is_dead(s))
		auth_dropped(s, ssh_get_error(s->ssh));
}

/*
 * ssh_message_get asks poll(2) whenever its queue is empty.  Only a packet
 * puts a message there, so the packets counted tell when not to call it.
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
		if (!request_afford(s)) {
			ssh_message_free(msg);
			request_log(s, REQUEST_FLOOD, "");
			session_end(s, "too many requests");
			return;
		}
		if (msg != NULL) {
			packets++;
			request_take(s, msg);
		} else {
			check_dropped(s);
			s->drained = s->payload.in_packets;
			packets = 0;
		}
		if (s->state == SESSION_CLOSING || s->login != NULL)
			return;
	} while (s->payload.in_packets - s->drained > packets ||
		 (s->wire.in_bytes - before >= READ_SIZE && ++turn < TURNS));
}

/*
 * From 0.11 on libssh drops data that no window allows, and goes on: what came
 * before and after would be taken for the whole.
 */
static void
check_window(struct session *s)
{
	if (s->state == SESSION_OPEN &&
	    ssh_get_error_code(s->ssh) == SSH_FATAL &&
	    strcmp(ssh_get_error(s->ssh), "Window exceeded") == 0)
		session_end(s, "more data than the window allows");
}

static void
receive(struct session *s)
{
	if (s->state == SESSION_KEX)
		receive_kex(s);
	if (s->state != SESSION_KEX && s->state != SESSION_CLOSING &&
	    s->login == NULL)
		receive_messages(s);
	check_window(s);
	if (s->state != SESSION_CLOSING && is_dead(s))
		end_dead(s);
}

/*
 * libssh sends a packet at once when it believes that the socket takes it,
 * and otherwise keeps it until somebody polls.
 */
static void
flush(struct session *s)
{
	if (!is_dead(s) && session_congested(s))
		ssh_blocking_flush(s->ssh, 0);
}

/* True: nothing is left to say. */
static bool
may_leave(struct session *s)
{
	if (is_dead(s))
		return true;
	if (session_congested(s) && s->timing != TIMER_NONE)
		return s->timing != TIMER_CLOSING;
	return !session_congested(s);
}

void
session_leave(struct session *s)
{
	if (!is_dead(s)) {
		/* The buffer is empty: let the farewell go out at once. */
		ssh_set_fd_towrite(s->ssh);
		ssh_disconnect(s->ssh);
	}
	session_free(s);
}

static void
watch(struct session *s)
{
	int events = 0;

	if (s->login == NULL)
		events |= EV_READ;
	if (session_congested(s))
		events |= EV_WRITE;
	if (events != s->io.events) {
		ev_io_stop(s->worker->loop, &s->io);
		ev_io_modify(&s->io, events);
		if (events != 0)
			ev_io_start(s->worker->loop, &s->io);
	}
	timing_choose(s);
}

static void
take_turns(struct session *s)
{
	uint64_t seen;
	int turn = 0;

	do {
		if (s->state != SESSION_CLOSING)
			receive(s);
		seen = s->payload.in_packets;
		if (s->state == SESSION_OPEN) {
			exec_pump(s);
			command_pump_all(s);
			bridge_pump_all(s);
		}
		if (packets_exceeded()) {
			request_log(s, REQUEST_PACKETS, "");
			session_end(s, "maximum packet size too small");
		}
		flush(s);
		if (s->state != SESSION_CLOSING && is_dead(s))
			end_dead(s);
		/* Sending receives, too. */
	} while (s->state != SESSION_CLOSING && s->login == NULL &&
		 s->payload.in_packets != seen && ++turn < TURNS);
}

/* A transfer: what was read ahead is given to libssh within the same step. */
static void
take_bulk(struct session *s)
{
	int turn = 0;

	readahead_begin(ssh_get_fd(s->ssh));
	take_turns(s);
	while (s->state != SESSION_CLOSING && readahead_rest() > 0) {
		take_turns(s);
		if (++turn == TURNS)
			session_end(s, "what it sent is not consumed");
	}
	readahead_end();
}

/* What a step says goes in few segments: each costs a device 52 bytes. */
static void
take_corked(struct session *s)
{
	int on = 1, off = 0;

	setsockopt(s->fd, IPPROTO_TCP, TCP_CORK, &on, sizeof(on));
	take_turns(s);
	setsockopt(s->fd, IPPROTO_TCP, TCP_CORK, &off, sizeof(off));
}

void
session_step(struct session *s)
{
	session_turn(s);
	not_due(s);
	if (s->bridges != NULL)
		take_bulk(s);
	else
		take_corked(s);
	if (s->state == SESSION_CLOSING && may_leave(s))
		session_leave(s);
	else
		watch(s);
}

static void
on_socket(struct ev_loop *loop, ev_io *io, int events)
{
	(void)loop;
	(void)events;
	session_step(io->data);
}

/* libssh gets a descriptor of its own, to close as it likes. */
static bool
accept_fd(struct session *s, int fd)
{
	ssh_session ssh = s->ssh;
	uint64_t rekey = (uint64_t)s->worker->setup.rekey << 20;
	int own, one = 1, none = 0;

	/* Without it a small receive window meets delayed ACKs. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	/* An answer follows at once, and has the ACK with it. */
	setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &none, sizeof(none));
	if (fcntl(fd, F_SETFL, O_NONBLOCK) == -1)
		return false;
	ssh_set_blocking(ssh, 0);
	/* "no" would still offer it; it costs 400 KB a session. */
	if (ssh_options_set(ssh, SSH_OPTIONS_COMPRESSION_C_S, "none") != 0 ||
	    ssh_options_set(ssh, SSH_OPTIONS_COMPRESSION_S_C, "none") != 0 ||
	    (rekey != 0 &&
		ssh_options_set(ssh, SSH_OPTIONS_REKEY_DATA, &rekey) != 0) ||
	    (own = dup(fd)) == -1)
		return false;
	if (ssh_bind_accept_fd(s->worker->bind, ssh, own) != SSH_OK) {
		/* Without memory it may have the descriptor, or not yet. */
		ssh_free(ssh);
		s->ssh = NULL;
		close(own);
		return false;
	}
	ssh_set_auth_methods(ssh, SSH_AUTH_METHOD_PUBLICKEY);
	ssh_set_counters(ssh, &s->wire, &s->payload);
	return true;
}

static struct session *
session_new(struct worker *w, uint64_t number, int fd)
{
	struct session *s;

	if ((s = calloc(1, sizeof(*s))) == NULL)
		return NULL;
	s->worker = w;
	s->number = number;
	s->tokens = START_TOKENS;
	s->refilled = clock_now();
	if ((s->ssh = ssh_new()) == NULL || !accept_fd(s, fd)) {
		ssh_free(s->ssh);
		free(s);
		return NULL;
	}
	s->fd = fd;
	ev_io_init(&s->io, on_socket, fd, 0);
	timing_init(s);
	s->io.data = s;
	HASH_ADD(hh, w->sessions, number, sizeof(s->number), s);
	if (s->hh.tbl != NULL)
		return s;
	ssh_free(s->ssh);
	free(s);
	return NULL;
}

/*
 * Send our version string before libssh reads anything.  It would otherwise
 * handle the client's first packets while the string is on its way, and when
 * it then gives up, the flush that comes last writes over the reason.
 */
static void
greet(struct session *s)
{
	int later = GREET_LOWAT, now = 1;

	setsockopt(s->fd, SOL_SOCKET, SO_RCVLOWAT, &later, sizeof(later));
	ssh_set_fd_towrite(s->ssh);
	receive_kex(s);
	setsockopt(s->fd, SOL_SOCKET, SO_RCVLOWAT, &now, sizeof(now));
}

void
session_start(
    struct worker *w, uint64_t number, const uint8_t cookie[MSG_COOKIE], int fd)
{
	struct session *s;

	w->open++;
	s = session_new(w, number, fd);
	if (s == NULL) {
		close(fd);
		ask_bye(w, number, 0, 0,
		    "the worker is out of memory or descriptors");
		worker_ended(w);
		return;
	}
	/* The client may have sent all of its key exchange already. */
	session_turn(s);
	exchange_cookie(cookie);
	greet(s);
	exchange_cookie(NULL);
	session_step(s);
}
