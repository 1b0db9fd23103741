/*
 * No order of messages before authentication opens, runs or breaks anything:
 * every sequence of up to 3 of them (4 when ETPH_LONG is set), in a whole
 * worker session in this process.
 *
 * First one by one, each answered before the next one is sent; a sequence
 * that ends the connection is not continued, since nothing would arrive.
 * Then all in one flight.  After each the client asks once more to log in,
 * and is answered or cut off.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "scene.h"

#define LENGTH_MAX 4
#define PATIENCE 60 /* s for one sequence, which takes a millisecond */

#define CHANNEL "\0\0\0\53" /* libssh's first */
#define WINDOW "\0\x20\0\0\0\0\x80\0"
#define USER "\0\0\0\2d1\0\0\0\16ssh-connection"
#define FROM_TO "\0\0\0\1h\0\0\0\26\0\0\0\1h\0\0\0\26"
#define KEY                                                          \
	"\0\0\0\13ssh-ed25519\0\0\0\63\0\0\0\13ssh-ed25519\0\0\0\40" \
	"a device's key, of 32 bytes long"

static const struct message {
	const char *name;
	const char *bytes;
	size_t len;
	size_t (*make)(uint8_t *, size_t); /* instead */
} messages[] = {
#define MESSAGE(name, bytes)                         \
	{                                            \
		name, bytes, sizeof(bytes) - 1, NULL \
	}
    {"kexinit", NULL, 0, peer_kexinit},
    {"ecdh-init", NULL, 0, peer_ecdh_init},
    {"bad signature", NULL, 0, scene_login},
    MESSAGE("newkeys", "\25"),
    MESSAGE("service userauth", SCENE_SERVICE),
    MESSAGE("service connection", "\5\0\0\0\16ssh-connection"),
    MESSAGE("none", "\62" USER "\0\0\0\4none"),
    MESSAGE("token", SCENE_TOKEN),
    MESSAGE("key offer", "\62" USER "\0\0\0\11publickey\0" KEY),
    MESSAGE("success", "\64"),
    MESSAGE("tcpip-forward", "\120\0\0\0\15tcpip-forward\1\0\0\0\0\0\0\43\50"),
    MESSAGE("session", "\132\0\0\0\7session\0\0\0\0" WINDOW),
    MESSAGE("direct-tcpip", "\132\0\0\0\14direct-tcpip\0\0\0\0" WINDOW FROM_TO),
    MESSAGE("confirmation", "\133" CHANNEL "\0\0\0\0" WINDOW),
    MESSAGE("exec", "\142" CHANNEL "\0\0\0\4exec\1\0\0\0\6poll 1"),
    MESSAGE("data", "\136" CHANNEL "\0\0\0\4data"),
    MESSAGE("close", "\141" CHANNEL),
    MESSAGE("disconnect", "\1\0\0\0\13\0\0\0\0\0\0\0\0"),
    MESSAGE("ignore", "\2\0\0\0\1x"),
    MESSAGE("unknown 200", "\310"),
#undef MESSAGE
};
#define MESSAGES (sizeof(messages) / sizeof(messages[0]))

/* What says that something was done for a stranger. */
static const struct grant {
	uint8_t type;
	const char *name;
} grants[] = {
    {52, "USERAUTH_SUCCESS"},
    {81, "REQUEST_SUCCESS"},
    {91, "CHANNEL_OPEN_CONFIRMATION"},
    {99, "CHANNEL_SUCCESS"},
};

static const struct standin_use use = {
    .offers = true, .listens = true, .forwards = 1};

/* What is being played, for who has to say that it failed. */
static size_t sequence[LENGTH_MAX];
static size_t length;
static unsigned long answered, ended;

static void fail(const char *) __attribute__((noreturn));

static void
fail(const char *why)
{
	size_t i;

	dprintf(STDERR_FILENO, "message_order: ");
	for (i = 0; i < length; i++)
		dprintf(STDERR_FILENO, "%s%s", i > 0 ? ", " : "",
		    messages[sequence[i]].name);
	dprintf(STDERR_FILENO, ": %s\n", why);
	_exit(1);
}

static void
on_alarm(int sig)
{
	(void)sig;
	fail("hangs");
}

static void
send_message(struct scene *s, const struct message *m)
{
	uint8_t bytes[512];

	if (m->make != NULL)
		peer_send(s->peer, bytes, m->make(bytes, sizeof(bytes)));
	else
		peer_send(s->peer, m->bytes, m->len);
}

static void
settle(struct scene *s)
{
	const char *why;
	size_t i;

	if (!scene_settle(s))
		fail("does not come to an end");
	if ((why = scene_wrong(s)) != NULL)
		fail(why);
	for (i = 0; i < sizeof(grants) / sizeof(grants[0]); i++)
		if (s->heard[grants[i].type] > 0)
			fail(grants[i].name);
}

/* After it, one more question. */
static void
ask_last(struct scene *s)
{
	static const char none[] = "\62" USER "\0\0\0\4none";
	unsigned int failures = s->heard[51];

	peer_send(s->peer, SCENE_SERVICE, sizeof(SCENE_SERVICE) - 1);
	peer_send(s->peer, none, sizeof(none) - 1);
	settle(s);
	if (s->heard[51] > failures)
		answered++;
	else if (scene_is_over(s))
		ended++;
	else
		fail("is neither answered nor ended");
}

/* True: the connection is over before the last question. */
static bool
play(bool in_one_flight)
{
	struct scene s;
	size_t i;
	bool over;

	alarm(PATIENCE);
	if (!scene_begin(&s, &use) || !scene_exchange_keys(&s))
		fail("no key exchange");
	peer_set_polite(s.peer, false);
	for (i = 0; i < length; i++) {
		send_message(&s, &messages[sequence[i]]);
		if (!in_one_flight)
			settle(&s);
	}
	over = !in_one_flight && scene_is_over(&s);
	ask_last(&s);
	scene_end(&s);
	alarm(0);
	return over;
}

/* All that begin with what stands in sequence; returns how many there were. */
static unsigned long
play_all(size_t longest, bool in_one_flight)
{
	unsigned long n = 0;
	size_t at = length, i;

	if (at == longest)
		return 0;
	for (i = 0; i < MESSAGES; i++) {
		sequence[at] = i;
		length = at + 1;
		n++;
		if (!play(in_one_flight))
			n += play_all(longest, in_one_flight);
	}
	length = at;
	return n;
}

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

int
main(void)
{
	size_t longest = getenv("ETPH_LONG") != NULL ? LENGTH_MAX : 3, i;
	unsigned long all = 0, of_length = 1, n;
	double start = now();
	const char *why = scene_start();

	if (why != NULL)
		fail(why);
	signal(SIGALRM, on_alarm);
	for (i = 0; i < longest; i++)
		all += of_length *= MESSAGES;
	n = play_all(longest, false);
	printf("one by one: %lu of %lu sequences of up to %zu; the others begin"
	       " with one that ended the connection\n",
	    n, all, longest);
	fflush(stdout);
	n = play_all(longest, true);
	printf("in one flight: %lu of %lu\n", n, all);
	printf("%lu answered, %lu ended; %.1f s\n", answered, ended,
	    now() - start);
	return 0;
}
