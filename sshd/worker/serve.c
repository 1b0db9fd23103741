#include "config.h"

#include <sys/socket.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libssh/server.h>

#include "allowance.h"
#include "ask.h"
#include "bridge.h"
#include "clock.h"
#include "command.h"
#include "ending.h"
#include "enrol.h"
#include "exchange.h"
#include "exec.h"
#include "packets.h"
#include "readahead.h"
#include "receive.h"
#include "refuse.h"
#include "serve.h"
#include "session.h"
#include "timing.h"
#include "worker.h"

#define GREET_LOWAT 16384 /* bytes: more than a client's first packets */

/*
 * Each moves the data of one kind of channel in a turn, and frees channels that
 * have ended.
 */
static void (*const pumps[])(struct session *) = {
    enrol_pump,
    exec_pump,
    command_pump_all,
    bridge_pump_all,
};

static void
serve_pump_all(struct session *s)
{
	size_t i;

	for (i = 0; i < sizeof(pumps) / sizeof(pumps[0]); i++)
		if (s->state == SESSION_OPEN)
			pumps[i](s);
	if (packets_exceeded()) {
		refuse_log(s, REQUEST_PACKETS, "");
		session_end(s, "maximum packet size too small");
	}
}

static void
serve_rounds(struct session *s)
{
	uint64_t seen;
	int turn = 0;

	do {
		receive_packets(s);
		seen = s->payload.in_packets;
		serve_pump_all(s);
		if (session_is_ending(s))
			return;
		session_flush(s);
		receive_check_dead(s);
		/* libssh receives while it sends: look for more packets. */
	} while (!session_is_ending(s) && s->login == NULL &&
		 s->payload.in_packets != seen && ++turn < RECEIVE_TURNS);
}

/*
 * During a transfer, bytes read ahead are given to libssh within the same turn.
 */
static void
serve_bulk(struct session *s)
{
	int turn = 0;

	readahead_begin(ssh_get_fd(s->ssh));
	serve_rounds(s);
	while (!session_is_ending(s) && readahead_rest() > 0) {
		serve_rounds(s);
		if (++turn == RECEIVE_TURNS)
			session_end(s, "received data not consumed");
	}
	readahead_end();
}

/*
 * A turn's packets leave in few segments: each segment costs a device 52 bytes.
 */
static void
serve_corked(struct session *s)
{
	int on = 1, off = 0;

	setsockopt(s->fd, IPPROTO_TCP, TCP_CORK, &on, sizeof(on));
	serve_rounds(s);
	setsockopt(s->fd, IPPROTO_TCP, TCP_CORK, &off, sizeof(off));
}

static void
serve_watch(struct session *s)
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

void
serve_turn(struct session *s)
{
	session_not_due(s);
	session_set_current(s);
	if (!session_is_ending(s)) {
		if (s->bridges != NULL)
			serve_bulk(s);
		else
			serve_corked(s);
	}
	if (session_is_ending(s) && ending_proceed(s))
		return;
	serve_watch(s);
}

static void
serve_on_socket(struct ev_loop *loop, ev_io *io, int events)
{
	(void)loop;
	(void)events;
	session_due(io->data);
}

/* libssh gets a descriptor of its own, which it may close. */
static bool
serve_accept_fd(struct session *s, int fd)
{
	ssh_session ssh = s->ssh;
	uint64_t rekey = (uint64_t)s->worker->setup.rekey << 20;
	int own, one = 1, none = 0;

	/* Without TCP_NODELAY a small receive window meets delayed ACKs. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	/* An answer follows at once, and carries the ACK. */
	setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &none, sizeof(none));
	if (fcntl(fd, F_SETFL, O_NONBLOCK) == -1)
		return false;
	ssh_set_blocking(ssh, 0);
	/* "no" would still offer compression, which costs 400 KB a session. */
	if (ssh_options_set(ssh, SSH_OPTIONS_COMPRESSION_C_S, "none") != 0 ||
	    ssh_options_set(ssh, SSH_OPTIONS_COMPRESSION_S_C, "none") != 0 ||
	    (rekey != 0 &&
		ssh_options_set(ssh, SSH_OPTIONS_REKEY_DATA, &rekey) != 0) ||
	    (own = dup(fd)) == -1)
		return false;
	if (ssh_bind_accept_fd(s->worker->bind, ssh, own) != SSH_OK) {
		/* Without memory libssh may have the descriptor, or not yet. */
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
serve_session_new(struct worker *w, uint64_t number, int fd)
{
	struct session *s;

	if ((s = calloc(1, sizeof(*s))) == NULL)
		return NULL;
	s->worker = w;
	s->number = number;
	s->tokens = ALLOWANCE_START;
	s->refilled = clock_now();
	if ((s->ssh = ssh_new()) == NULL || !serve_accept_fd(s, fd)) {
		ssh_free(s->ssh);
		free(s);
		return NULL;
	}
	s->fd = fd;
	ev_io_init(&s->io, serve_on_socket, fd, 0);
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
 * Send the server's version string before libssh reads anything. libssh would
 * otherwise handle the client's first packets while the string is on its way,
 * and if it then gives up, its last flush overwrites the reason.
 */
static void
serve_greet(struct session *s)
{
	int later = GREET_LOWAT, now = 1;

	setsockopt(s->fd, SOL_SOCKET, SO_RCVLOWAT, &later, sizeof(later));
	ssh_set_fd_towrite(s->ssh);
	receive_kex(s);
	setsockopt(s->fd, SOL_SOCKET, SO_RCVLOWAT, &now, sizeof(now));
}

void
serve_connection(
    struct worker *w, uint64_t number, const uint8_t cookie[MSG_COOKIE], int fd)
{
	struct session *s;

	w->open++;
	s = serve_session_new(w, number, fd);
	if (s == NULL) {
		close(fd);
		ask_bye(w, number, 0, 0,
		    "the worker is out of memory or descriptors");
		worker_ended(w);
		return;
	}
	/* The client may have sent all of its key exchange already. */
	session_set_current(s);
	exchange_cookie(cookie);
	serve_greet(s);
	exchange_cookie(NULL);
	session_due(s);
}
