/*
 * What a monitor says to a worker.  The first byte of an input says how far
 * its connection (number 1) has come:
 *
 *	0: accepted; 1: keys exchanged; 2: it asked to log in; 3: logged in, and
 *	asked the inbox; 4: a port; 5: to wait; 6: logged in as an operator
 *
 * Then comes a sequence of messages, as whole or as broken as the input says;
 * of type 0 it is a payload that the client sends.  With AT_ONCE the worker
 * finds the next one behind it, in one turn; with NO_ROOM it has no room for
 * the descriptor.
 */
#include "config.h"

#include <sys/resource.h>
#include <sys/socket.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "message.h"
#include "scene.h"
#include "worker.h"

#define MESSAGES 24 /* of an input */
#define ROUNDS 8 /* enough for what one message does, in its turns */
#define STAGES 7
#define OPERATOR 6
#define AT_ONCE 0x04 /* of MESSAGE_TO */
#define NO_ROOM 0x08
#define FEW 3 /* descriptors: all the worker needs is open */

#define OPEN "\132\0\0\0\7session\0\0\0\0\0\x20\0\0\0\0\x80\0"
#define EXEC(command) "\142\0\0\0\53\0\0\0\4exec\1\0\0\0\6" command
#define FORWARD "\120\0\0\0\15tcpip-forward\1\0\0\0\1h\0\0\43\50"

struct stage {
	struct scene s;
	int monitor; /* in its place we say what we like */
	int given[2]; /* a connection: one end goes with the messages */
};

static void
start(void)
{
	/* A word for each bad message would fill the screen. */
	MUST((stderr = fopen("/dev/null", "we")) != NULL);
	MUST(scene_start() == NULL);
}

static void
run(struct stage *t)
{
	static uint8_t payload[PEER_PAYLOAD];
	int i;

	for (i = 0; i < ROUNDS; i++) {
		ev_run(t->s.worker->loop, EVRUN_NOWAIT);
		message_drain(t->monitor);
		while (peer_receive(t->s.peer, payload) > 0)
			;
	}
}

static void
run_without_room(struct stage *t)
{
	struct rlimit had, few;

	MUST(getrlimit(RLIMIT_NOFILE, &had) == 0);
	few = had;
	few.rlim_cur = FEW;
	MUST(setrlimit(RLIMIT_NOFILE, &few) == 0);
	run(t);
	MUST(setrlimit(RLIMIT_NOFILE, &had) == 0);
}

static void
client_says(struct stage *t, const char *payload, size_t len)
{
	peer_send(t->s.peer, payload, len);
	run(t);
}

static void
set_stage(struct stage *t, unsigned int how_far)
{
	struct standin_use use = {
	    .logins = how_far == OPERATOR ? ROLE_OPERATOR : ROLE_DEVICE};
	uint8_t login[512];

	MUST(scene_begin(&t->s, &use));
	t->monitor = standin_socket(t->s.monitor);
	if (how_far > 0)
		MUST(scene_exchange_keys(&t->s));
	if (how_far > 2)
		MUST(scene_log_in(&t->s, use.logins));
	if (how_far == 2)
		client_says(
		    t, (char *)login, scene_login(login, sizeof(login)));
	else if (how_far == 4)
		client_says(t, FORWARD, sizeof(FORWARD) - 1);
	else if (how_far > 2 && how_far != OPERATOR) {
		client_says(t, OPEN, sizeof(OPEN) - 1);
		client_says(t, how_far == 3 ? EXEC("poll 1") : EXEC("wait 1"),
		    sizeof(EXEC("poll 1")) - 1);
	}
	MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
		 t->given) == 0);
}

static void
say(struct stage *t, const struct message *m)
{
	int sock[2];

	if (m->msg.type != MSG_CONN) {
		message_send(m, t->monitor, t->given[0]);
		return;
	}
	/* A client that says nothing and leaves. */
	MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
		 sock) == 0);
	message_send(m, t->monitor, sock[0]);
	close(sock[0]);
	close(sock[1]);
}

static void
play(struct stage *t, struct input *in)
{
	static struct message m;
	int i;

	for (i = 0; i < MESSAGES && in->left > 0; i++) {
		message_read(&m, in);
		if (m.msg.type == 0) /* cut: so long */
			peer_send(t->s.peer, m.msg.close.reason,
			    m.len < MSG_TEXT ? m.len : MSG_TEXT);
		else
			say(t, &m);
		if (m.how & NO_ROOM)
			run_without_room(t);
		else if (!(m.how & AT_ONCE))
			run(t);
		/* It would have ended itself. */
		if (t->s.worker->status != 0)
			return;
	}
	run(t);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static bool started;
	static struct stage t;
	struct input in = {data, len};
	unsigned int before;

	if (!started)
		start();
	started = true;
	before = fuzz_descriptors();
	set_stage(&t, input_byte(&in) % STAGES);
	play(&t, &in);
	close(t.given[0]);
	close(t.given[1]);
	scene_end(&t.s);
	MUST(fuzz_descriptors() == before);
	return 0;
}
