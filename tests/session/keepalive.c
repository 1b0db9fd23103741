/*
 * A client with a forward open that answers nothing any more is gone after
 * client-alive-count-max keepalives, and not one later; one that answers stays.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "scene.h"
#include "session.h"
#include "worker.h"

#define ALIVE_MAX 3 /* of scene_begin */
#define FORWARD "\120\0\0\0\15tcpip-forward\1\0\0\0\0\0\0\43\50"

#define NO "\122" /* SSH_MSG_REQUEST_FAILURE, as any client answers */

static void fail(const char *) __attribute__((noreturn));

static void
fail(const char *why)
{
	fprintf(stderr, "keepalive: %s\n", why);
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

static bool
lives(const struct scene *s)
{
	const struct session *one = session_find(s->worker, STANDIN_CONN);

	return one != NULL && one->state == SESSION_OPEN;
}

static void
begin(struct scene *s)
{
	static const struct standin_use use = {.offers = true,
	    .logins = ROLE_DEVICE,
	    .listens = true,
	    .forwards = 1};

	if (!scene_begin(s, &use) || !scene_exchange_keys(s) ||
	    !scene_log_in(s, ROLE_DEVICE))
		fail("no login");
	peer_send(s->peer, FORWARD, sizeof(FORWARD) - 1);
	settle(s);
	if (s->heard[81] != 1)
		fail("no forward");
	/* What was heard up to here counts at the first keepalive. */
	scene_time_passes(s);
	settle(s);
}

int
main(void)
{
	const char *why = scene_start();
	struct scene s;
	int i;

	if (why != NULL)
		fail(why);
	begin(&s);
	for (i = 0; i < 10 * ALIVE_MAX; i++) {
		scene_time_passes(&s);
		settle(&s);
		peer_send(s.peer, NO, sizeof(NO) - 1);
		settle(&s);
	}
	if (!lives(&s))
		fail("one that answers is gone");
	scene_end(&s);

	begin(&s);
	s.client_deaf = true;
	/* The one in begin is not answered, and no other. */
	for (i = 0; lives(&s) && i < 10 * ALIVE_MAX; i++) {
		scene_time_passes(&s);
		settle(&s);
	}
	printf("gone after %d keepalives without an answer\n", i);
	if (i != ALIVE_MAX)
		fail("not the number of client-alive-count-max");
	scene_end(&s);
	return 0;
}
