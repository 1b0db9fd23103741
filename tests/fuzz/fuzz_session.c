/*
 * What a client does to a whole worker session, and what the monitor and
 * those who come to its ports do meanwhile (tests/session):
 *
 *	mode	0: instead of a client, bytes; else after a key exchange, and
 *		1: before login, which is refused; 2: as a device; 3: as an
 *		operator; 4: with a token
 *		+ 8: it takes no part in further key exchanges
 *		+ 16: offered keys would do, + 32: ports are granted
 *		+ 64: in the end the monitor closes the connection
 *	wanted	so many forwards
 *
 * and then acts, each a number and what it needs: whose turn it is, how often
 * (a byte each), and texts and packets after their length (two bytes).
 */
#include "config.h"

#include <sys/socket.h>

#include <string.h>
#include <unistd.h>

/* Its successor needs a provider. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/rand.h>

#include "fuzz.h"
#include "scene.h"

#define MODE 0x07
#define MODES 6
#define IMPOLITE 0x08
#define OFFERS 0x10
#define LISTENS 0x20
#define CLOSED 0x40
#define ACTS 64 /* of an input */
#define TEXT 4096
#define MUCH (768 * 1024) /* bytes: sockets are full before that */

struct play {
	struct scene s;
	struct input in;
	size_t much; /* that may still be sent */
	size_t len;
	uint8_t text[TEXT];
};

/* The same for each execution. */
static uint64_t seed;

static int
random_bytes(unsigned char *out, int len)
{
	int i;

	for (i = 0; i < len; i++) {
		seed = seed * 6364136223846793005U + 1442695040888963407U;
		out[i] = (unsigned char)(seed >> 56);
	}
	return 1;
}

static void
start(void)
{
	static RAND_METHOD method = {
	    .bytes = random_bytes, .pseudorand = random_bytes};

	MUST(RAND_set_rand_method(&method) == 1);
	MUST(scene_start() == NULL);
}

static void
settle(struct play *p)
{
	const char *wrong;

	MUST(scene_settle(&p->s));
	if ((wrong = scene_wrong(&p->s)) != NULL)
		fuzz_broken(wrong, __FILE__, __LINE__);
}

/* --- acts ------------------------------------------------------------- */

static void
read_text(struct play *p)
{
	p->len = input_number(&p->in);
	if (p->len > sizeof(p->text))
		p->len = sizeof(p->text);
	p->len = input_bytes(&p->in, p->text, p->len);
}

static void
say_packet(struct play *p)
{
	read_text(p);
	peer_send(p->s.peer, p->text, p->len);
}

/* The next act follows at once. */
static void
say_packet_and(struct play *p)
{
	say_packet(p);
}

/* False: so much is enough. */
static bool
may_send(struct play *p)
{
	if (p->much < p->len)
		return false;
	p->much -= p->len;
	return true;
}

static void
say_packet_often(struct play *p)
{
	unsigned int n = input_byte(&p->in);

	read_text(p);
	for (; n > 0 && may_send(p); n--) {
		peer_send(p->s.peer, p->text, p->len);
		/* A few at a time, or its socket is full. */
		if (n % 16 == 0)
			settle(p);
	}
}

static void
turn_deaf(struct play *p)
{
	p->s.client_deaf = !p->s.client_deaf;
}

static void
say_bytes(struct play *p)
{
	read_text(p);
	peer_send_bytes(p->s.peer, p->text, p->len);
}

static void
rekey(struct play *p)
{
	uint8_t payload[512];
	size_t len = peer_kexinit(payload, sizeof(payload));

	peer_send(p->s.peer, payload, len);
}

static void
say_no_more(struct play *p)
{
	shutdown(p->s.fd, SHUT_WR);
}

static void
visit(struct play *p)
{
	scene_take_visitor(
	    &p->s, standin_visit(p->s.monitor, input_byte(&p->in)));
}

static int
visitor(struct play *p)
{
	size_t i = input_byte(&p->in);

	return p->s.nvisitors > 0 ? p->s.visitors[i % p->s.nvisitors] : -1;
}

static void
visitor_says(struct play *p)
{
	int fd = visitor(p);
	unsigned int n = input_byte(&p->in);

	read_text(p);
	/* It may be gone, or not be read. */
	while (n-- > 0 && may_send(p) &&
	       send(fd, p->text, p->len, MSG_NOSIGNAL | MSG_DONTWAIT) != -1)
		if (n % 16 == 0)
			settle(p);
}

static void
visitors_turn_deaf(struct play *p)
{
	p->s.visitors_deaf = !p->s.visitors_deaf;
}

static void
visitor_says_no_more(struct play *p)
{
	shutdown(visitor(p), SHUT_WR);
}

static void
visitor_leaves(struct play *p)
{
	shutdown(visitor(p), SHUT_RDWR);
}

static void
time_passes(struct play *p)
{
	scene_time_passes(&p->s);
}

static void
monitor_unlistens(struct play *p)
{
	standin_say(p->s.monitor, MSG_UNLISTEN, input_number(&p->in));
}

static void
monitor_joins(struct play *p)
{
	scene_take_visitor(
	    &p->s, standin_join(p->s.monitor, input_number(&p->in)));
}

static void
monitor_wants(struct play *p)
{
	standin_say(p->s.monitor, MSG_WANTED, input_number(&p->in));
}

static void
monitor_parts(struct play *p)
{
	standin_say(p->s.monitor, MSG_JUMP_CLOSE, input_number(&p->in));
}

static void
monitor_pings(struct play *p)
{
	standin_say(p->s.monitor, MSG_PING, 0);
}

static void
monitor_drains(struct play *p)
{
	standin_say(p->s.monitor, MSG_DRAIN, 0);
}

static void
monitor_closes(struct play *p)
{
	standin_say(p->s.monitor, MSG_CLOSE, 0);
}

static void
monitor_ends_command(struct play *p)
{
	standin_say(p->s.monitor, MSG_COMMANDED, input_number(&p->in));
}

static void
monitor_hints(struct play *p)
{
	standin_say(p->s.monitor, MSG_HINTS, input_number(&p->in));
}

static void (*const acts[])(struct play *) = {
    say_packet,
    say_packet_and,
    say_bytes,
    rekey,
    say_no_more,
    visit,
    visitor_says,
    visitor_says_no_more,
    visitor_leaves,
    time_passes,
    monitor_unlistens,
    monitor_wants,
    monitor_drains,
    monitor_closes,
    say_packet_often,
    turn_deaf,
    visitors_turn_deaf,
    monitor_pings,
    monitor_joins,
    monitor_parts,
    monitor_ends_command,
    monitor_hints,
};

/* --- what must hold --------------------------------------------------- */

/* Nothing was done for one who has not logged in. */
static void
check_stranger(const struct scene *s)
{
	enum standin_state state = standin_state(s->monitor);

	MUST(state != STANDIN_OPEN && state != STANDIN_OPERATOR &&
	     state != STANDIN_ENROL);
	MUST(s->heard[52] == 0); /* USERAUTH_SUCCESS */
	MUST(s->heard[81] == 0); /* REQUEST_SUCCESS */
	MUST(s->heard[91] == 0); /* CHANNEL_OPEN_CONFIRMATION */
	MUST(s->heard[99] == 0); /* CHANNEL_SUCCESS */
}

static void
act(struct play *p)
{
	void (*one)(struct play *);
	int i;

	for (i = 0; i < ACTS && p->in.left > 0; i++) {
		one =
		    acts[input_byte(&p->in) % (sizeof(acts) / sizeof(acts[0]))];
		one(p);
		if (one != say_packet_and)
			settle(p);
	}
	settle(p);
}

/* Whatever came before, a connection ends when one of its ends does. */
static void
finish(struct play *p, uint8_t how)
{
	if (how & CLOSED)
		standin_say(p->s.monitor, MSG_CLOSE, 0);
	else
		shutdown(p->s.fd, SHUT_RDWR);
	settle(p);
	scene_time_passes(&p->s);
	settle(p);
	MUST(standin_state(p->s.monitor) == STANDIN_GONE);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static bool started;
	static struct play p;
	struct standin_use use = {0};
	unsigned int before;
	uint8_t how, mode;

	if (!started)
		start();
	started = true;
	seed = 1;
	before = fuzz_descriptors();
	p.in = (struct input){data, len};
	p.much = MUCH;
	how = input_byte(&p.in);
	use.offers = how & OFFERS;
	use.listens = how & LISTENS;
	mode = (how & MODE) % MODES;
	use.logins = mode > 1 ? mode - 1 : 0;
	use.forwards = input_byte(&p.in);
	MUST(scene_begin(&p.s, &use));
	if (mode > 0)
		MUST(scene_exchange_keys(&p.s));
	if (use.logins)
		MUST(scene_log_in(&p.s, use.logins));
	peer_set_polite(p.s.peer, !(how & IMPOLITE));
	act(&p);
	if (!use.logins)
		check_stranger(&p.s);
	finish(&p, how);
	scene_end(&p.s);
	MUST(fuzz_descriptors() == before);
	return 0;
}
