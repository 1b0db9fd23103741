/*
 * A client that reads nothing makes a worker keep a bounded amount: of the lines
 * for its wait 4,096 bytes, then its connection ends; of a connection to its
 * forward what one read takes, then no more is read.
 */
#include "config.h"

#include <sys/socket.h>

#include <stdio.h>
#include <stdlib.h>

#include "scene.h"

#define WAIT_TEXT 4096 /* bytes, as the README has it */
#define FIRST 2 /* bytes of "0\n", that it waits */
#define LINE 8 /* bytes of "22:9000\n" */
#define MUCH (64UL * 1024 * 1024) /* far more than all buffers hold */
#define LITTLE (4UL * 1024 * 1024) /* sockets' buffers, one read, a queue */
#define AT_ONCE 65536

#define CHANNEL "\0\0\0\53" /* libssh's first */
#define OPEN_WITHOUT_WINDOW "\132\0\0\0\7session\0\0\0\0\0\0\0\0\0\0\x80\0"
#define WAIT "\142" CHANNEL "\0\0\0\4exec\1\0\0\0\6wait 1"
#define FORWARD "\120\0\0\0\15tcpip-forward\1\0\0\0\0\0\0\43\50"
#define CONFIRM "\133" CHANNEL "\0\0\0\0\x7f\xff\xff\xff\0\0\x80\0"

static void fail(const char *) __attribute__((noreturn));

static void
fail(const char *why)
{
	fprintf(stderr, "not_reading: %s\n", why);
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
begin_device(struct scene *s)
{
	static const struct standin_use use = {
	    .offers = true, .logins = ROLE_DEVICE, .listens = true};

	if (!scene_begin(s, &use) || !scene_exchange_keys(s) ||
	    !scene_log_in(s, ROLE_DEVICE))
		fail("no login");
}

static void
check_wait(void)
{
	unsigned int fit = (WAIT_TEXT - FIRST) / LINE, i;
	struct scene s;

	begin_device(&s);
	peer_send(s.peer, OPEN_WITHOUT_WINDOW, sizeof(OPEN_WITHOUT_WINDOW) - 1);
	settle(&s);
	peer_send(s.peer, WAIT, sizeof(WAIT) - 1);
	settle(&s);
	for (i = 0; i < fit; i++) {
		standin_say(s.monitor, MSG_WANTED, 9000);
		settle(&s);
		if (scene_is_over(&s))
			fail("a wait ends before its lines are too many");
	}
	standin_say(s.monitor, MSG_WANTED, 9000);
	settle(&s);
	if (!scene_is_over(&s))
		fail("lines for a wait that nobody reads are kept without end");
	printf("a wait ends with line %u that is not read\n", i + 1);
	scene_end(&s);
}

/* Send until nothing is taken any more.  Returns how many bytes were. */
static size_t
fill(struct scene *s, int fd)
{
	static const char bytes[AT_ONCE];
	size_t sent = 0, before;
	ssize_t n;

	do {
		before = sent;
		while (sent < MUCH && (n = send(fd, bytes, sizeof(bytes),
					   MSG_DONTWAIT | MSG_NOSIGNAL)) > 0)
			sent += (size_t)n;
		settle(s);
	} while (sent > before && sent < MUCH);
	return sent;
}

static void
check_forward(void)
{
	struct scene s;
	size_t sent;

	begin_device(&s);
	peer_send(s.peer, FORWARD, sizeof(FORWARD) - 1);
	settle(&s);
	scene_take_visitor(&s, standin_visit(s.monitor, 0));
	settle(&s);
	peer_send(s.peer, CONFIRM, sizeof(CONFIRM) - 1);
	settle(&s);
	if (s.nvisitors != 1)
		fail("no connection to the forward");
	s.client_deaf = true;
	sent = fill(&s, s.visitors[0]);
	printf("%zu KiB were taken for a client that reads nothing\n",
	    sent / 1024);
	if (sent < AT_ONCE)
		fail("nothing went through the forward");
	if (sent > LITTLE)
		fail("a connection is read for a client that reads nothing");
	scene_end(&s);
}

int
main(void)
{
	const char *why = scene_start();

	if (why != NULL)
		fail(why);
	check_wait();
	check_forward();
	return 0;
}
