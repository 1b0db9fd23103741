/*
 * A session that the monitor closes lets go of all that it had before it says
 * BYE: its forward's connection, its jump, its wait, its command; and what comes
 * for it in the same breath is refused.
 */
#include "config.h"

#include <sys/socket.h>

#include <stdio.h>
#include <stdlib.h>

#include "scene.h"
#include "session.h"
#include "worker.h"

#define WINDOW "\0\x20\0\0\0\0\x80\0"
#define SESSION "\132\0\0\0\7session\0\0\0\0" WINDOW
#define WAIT "\142\0\0\0\53\0\0\0\4exec\1\0\0\0\6wait 1"
#define COMMAND "\142\0\0\0\53\0\0\0\4exec\1\0\0\0\6status"
#define FORWARD "\120\0\0\0\15tcpip-forward\1\0\0\0\0\0\0\43\50"
#define JUMP                                       \
	"\132\0\0\0\14direct-tcpip\0\0\0\0" WINDOW \
	"\0\0\0\2d1\0\0\0\26\0\0\0\1h\0\0\0\26"
#define CONFIRM "\133\0\0\0\54\0\0\0\0" WINDOW /* libssh's second */
#define PORT 9000

static void fail(const char *) __attribute__((noreturn));

static void
fail(const char *why)
{
	fprintf(stderr, "session_end: %s\n", why);
	exit(1);
}

static void
settle(struct scene *s)
{
	const char *why;

	if (!scene_settle(s))
		fail("does not come to an end");
	if ((why = scene_wrong(s)) != NULL)
		fail(why);
}

static void
begin(struct scene *s, enum msg_role role)
{
	struct standin_use use = {
	    .offers = true, .logins = role, .listens = true};

	if (!scene_begin(s, &use) || !scene_exchange_keys(s) ||
	    !scene_log_in(s, role))
		fail("no login");
}

static void
client_says(struct scene *s, const void *payload, size_t len)
{
	peer_send(s->peer, payload, len);
	settle(s);
}

/* Closed: the other end reads the end of it. */
static void
check_visitors(const struct scene *s)
{
	size_t i;
	char byte;

	for (i = 0; i < s->nvisitors; i++)
		if (recv(s->visitors[i], &byte, 1, MSG_DONTWAIT) != 0)
			fail("what was joined with a channel is not closed");
}

static void
close_by_monitor(struct scene *s)
{
	standin_say(s->monitor, MSG_CLOSE, 0);
	standin_say(s->monitor, MSG_WANTED, PORT);
	standin_say(s->monitor, MSG_UNLISTEN, PORT);
	standin_say(s->monitor, MSG_JUMP_CLOSE, 1);
	settle(s);
	if (!scene_is_over(s))
		fail("is not over");
	if (s->worker->sessions != NULL || s->worker->due != NULL)
		fail("a session is left");
	check_visitors(s);
	scene_end(s);
}

static void
check_device(void)
{
	struct scene s;

	begin(&s, ROLE_DEVICE);
	client_says(&s, SESSION, sizeof(SESSION) - 1);
	client_says(&s, WAIT, sizeof(WAIT) - 1);
	client_says(&s, FORWARD, sizeof(FORWARD) - 1);
	scene_take_visitor(&s, standin_visit(s.monitor, 0));
	settle(&s);
	client_says(&s, CONFIRM, sizeof(CONFIRM) - 1);
	/* And one whose channel is not open yet, in the same breath. */
	scene_take_visitor(&s, standin_join(s.monitor, PORT));
	if (s.nvisitors != 2)
		fail("a device has no connections");
	close_by_monitor(&s);
}

static void
check_operator(void)
{
	struct scene s;

	begin(&s, ROLE_OPERATOR);
	client_says(&s, JUMP, sizeof(JUMP) - 1);
	scene_take_visitor(&s, standin_visit(s.monitor, 0));
	if (s.nvisitors != 1 || s.heard[91] != 1)
		fail("an operator has no jump");
	close_by_monitor(&s);
	begin(&s, ROLE_OPERATOR);
	client_says(&s, SESSION, sizeof(SESSION) - 1);
	client_says(&s, COMMAND, sizeof(COMMAND) - 1);
	scene_take_visitor(&s, standin_visit(s.monitor, 0));
	if (s.nvisitors != 1 || s.heard[99] != 1)
		fail("an operator has no command");
	close_by_monitor(&s);
}

int
main(void)
{
	const char *why = scene_start();

	if (why != NULL)
		fail(why);
	check_device();
	check_operator();
	return 0;
}
