/*
 * What a worker and the keeper say to a monitor that is real but for its
 * processes: each input is a sequence of messages of both.  A device has logged
 * in, and an operator.  Two connections have not, and must not unless a LOGIN
 * of theirs is signed here first, which "how" asks for, as a client that has
 * the device's key would.  Of type 0 it is somebody who connects to the first
 * port that the connection has open.
 */
#include "config.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alert_sweep.h"
#include "answer.h"
#include "child.h"
#include "clock.h"
#include "conn.h"
#include "console.h"
#include "ending.h"
#include "loop.h"
#include "eventlog.h"
#include "fuzz.h"
#include "installer.h"
#include "learn.h"
#include "message.h"
#include "monitor.h"
#include "pins.h"
#include "srclimit.h"
#include "stand_in.h"
#include "tunnel.h"

#define MESSAGES 24 /* of an input */
#define STRANGERS 2 /* connections 1 and 2 */
#define DEVICE 3
#define OPERATOR 4

enum { TO_WORKER, TO_KEEPER, TO_SIGN, ENDS, SIGNED = ENDS };

/* What is made once. */
struct always {
	struct conf conf;
	struct ev_loop *loop;
	struct eventlog *log;
	struct hostkeys *hostkeys;
	struct pins *pins;
	struct installer *installer; /* there is none */
	int launcher[2];
};

/* What is made for each input. */
struct stage {
	struct monitor m;
	struct child *children[2];
	int ends[ENDS];
	unsigned int signed_for; /* 1 << connection */
	int visitors[MESSAGES]; /* who came to the ports */
	int nvisitors;
};

static struct hostkeys *
load_hostkey(void)
{
	static char path[64];
	struct conf conf = {.hostkeys = {path}, .nhostkeys = 1};
	int fd = memfd_create("hostkey", MFD_CLOEXEC);
	char error[CONF_ERROR];
	struct hostkeys *hk;

	MUST(fd != -1 && fchmod(fd, 0600) == 0);
	MUST(write(fd, STAND_IN_KEY, strlen(STAND_IN_KEY)) > 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	MUST((hk = hostkey_load(&conf, error)) != NULL);
	close(fd);
	return hk;
}

static struct always *
make_always(void)
{
	static char address[] = "127.77.0.1", store[] = "sqlite:x",
		    node[] = "n1";
	struct always *a = calloc(1, sizeof(*a));

	MUST(a != NULL);
	a->conf = (struct conf){.store = store,
	    .forward_address = address,
	    .node = node,
	    .login_grace = 30,
	    .per_source_penalties = true,
	    .max_auth_tries = 6,
	    .max_sessions = 8,
	    .redeliver = FORWARD_REDELIVER,
	    .reach_timeout = 180,
	    .reach_idle = 300,
	    .stale_limit = 3600};
	MUST((a->loop = ev_loop_new(EVFLAG_AUTO)) != NULL);
	a->log = eventlog_open();
	a->hostkeys = load_hostkey();
	MUST((a->pins = pins_new(&a->conf)) != NULL);
	MUST((a->installer = installer_new("/dev/null")) != NULL);
	MUST(socketpair(
		 AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, a->launcher) == 0);
	return a;
}

/*
 * In the launcher's place: take a request, and the end that a child would have;
 * -1: a child is to be ended.  False: there is no request.
 */
static bool
take_request(int launcher, int *fd)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(sizeof(int))];
	} control;
	char request[64];
	struct iovec iov = {.iov_base = request, .iov_len = sizeof(request)};
	struct msghdr hdr = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = control.buf,
	    .msg_controllen = sizeof(control.buf)};

	if (recvmsg(launcher, &hdr, MSG_CMSG_CLOEXEC | MSG_DONTWAIT) <= 0)
		return false;
	*fd = -1;
	if (CMSG_FIRSTHDR(&hdr) != NULL)
		memcpy(fd, CMSG_DATA(CMSG_FIRSTHDR(&hdr)), sizeof(*fd));
	return true;
}

static int
take_end(int launcher)
{
	int fd;

	do
		MUST(take_request(launcher, &fd));
	while (fd == -1);
	return fd;
}

/* Consoles were asked for, or their end. */
static void
drain_launcher(int launcher)
{
	int fd;

	while (take_request(launcher, &fd))
		if (fd != -1)
			close(fd);
}

/* As the loop does it before it waits. */
static void
turn(struct stage *s)
{
	ev_run(s->m.loop, EVRUN_NOWAIT);
	loop_turn(&s->m);
	MUST(s->m.ends == NULL);
}

static void
say(struct stage *s, int to, const struct msg *msg)
{
	MUST(send(s->ends[to], msg, msg_size(msg->type), MSG_DONTWAIT) > 0);
	turn(s);
}

/* A key that is known, so that its signatures are verified. */
static void
stand_in_digest(uint8_t digest[KEY_DIGEST])
{
	static const char line[] = "ssh-ed25519 " STAND_IN_BLOB;
	struct key k;

	MUST(key_parse(&k, line) == KEY_OK);
	memcpy(digest, k.digest, KEY_DIGEST);
}

/*
 * One device with keys, a permit and a forward; another is disabled.  An
 * operator, who has no key.
 */
static void
fill_directory(struct stage *s)
{
	struct msg msg;

	msg_init(&msg, MSG_DEVICE, 0);
	msg.devices.n = 2;
	msg.devices.list[0] = (struct msg_device){
	    .id = 1, .enabled = 1, .name = "d1", .tags = "t"};
	msg.devices.list[1] = (struct msg_device){.id = 2, .name = "d2"};
	say(s, TO_KEEPER, &msg);
	msg_init(&msg, MSG_KEY_OF, 0);
	msg.keys.n = 2;
	msg.keys.list[0] = (struct msg_key_of){.id = 1, .device = 1};
	msg.keys.list[1] = (struct msg_key_of){.id = 2, .device = 1};
	stand_in_digest(msg.keys.list[1].digest);
	say(s, TO_KEEPER, &msg);
	msg_init(&msg, MSG_PERMIT, 0);
	msg.permit = (struct msg_permit){
	    .id = 1, .first = 9870, .last = 9879, .tag = "t"};
	say(s, TO_KEEPER, &msg);
	msg_init(&msg, MSG_FORWARD, 0);
	msg.forward = (struct msg_forward){.id = 1,
	    .device = 1,
	    .expires = clock_wall() + 3600 * 1000000LL,
	    .dport = 22,
	    .sport = 9880};
	say(s, TO_KEEPER, &msg);
	msg_init(&msg, MSG_OPERATOR, 0);
	msg.oper = (struct msg_operator){
	    .id = 1, .role = OPERATOR_OPERATOR, .name = "op", .grants = "t"};
	say(s, TO_KEEPER, &msg);
	msg_init(&msg, MSG_LOADED, 0);
	msg.seq.seq = 1;
	say(s, TO_KEEPER, &msg);
}

static struct conn *
connect_one(struct stage *s)
{
	struct incoming incoming = {
	    .addr = {.ss_family = AF_INET}, .accepted = clock_now()};
	struct srclimit *sources = s->m.lobbies[POOL_LISTEN].sources;
	struct source *source;
	struct conn *c;

	source = srclimit_enter(
	    sources, (struct sockaddr *)&incoming.addr, incoming.accepted);
	incoming.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	MUST(incoming.fd != -1);
	c = conn_new(&s->m, &incoming, source, s->children[TO_WORKER]);
	MUST(c != NULL);
	memset(c->cookie, 0, sizeof(c->cookie)); /* an input can have it */
	return c;
}

static void
make_connections(struct stage *s)
{
	static const uint8_t digest[KEY_DIGEST];
	struct conn *c;

	connect_one(s);
	c = connect_one(s);
	memset(c->session, 's', 32);
	c->sessionlen = 32;
	c = connect_one(s);
	memset(c->session, 't', 32);
	c->sessionlen = 32;
	conn_login(c, directory_device(&s->m.dir, 1), digest);
	c = connect_one(s);
	memset(c->session, 'u', 32);
	c->sessionlen = 32;
	conn_login_operator(c, directory_operator(&s->m.dir, 1));
}

static void
set_stage(struct stage *s, struct always *a)
{
	const char *reason;
	struct msg msg;

	memset(s, 0, sizeof(*s));
	s->m.conf = &a->conf;
	s->m.leads = true;
	s->m.loop = a->loop;
	s->m.log = a->log;
	s->m.hostkeys = a->hostkeys;
	s->m.pins = a->pins;
	MUST((s->m.alerts = alerts_new("")) != NULL);
	s->m.installer = a->installer;
	s->m.launcher = a->launcher[0];
	s->m.ready = true;
	ending_start(&s->m);
	MUST(lobby_open_all(&s->m));
	s->children[TO_KEEPER] = child_start(&s->m, &learn_role);
	s->ends[TO_KEEPER] = take_end(a->launcher[1]);
	s->children[TO_WORKER] = child_start(&s->m, &answer_roles[POOL_LISTEN]);
	s->ends[TO_WORKER] = take_end(a->launcher[1]);
	MUST(msg_recv(s->ends[TO_WORKER], &msg, &s->ends[TO_SIGN], &reason) ==
	     MSG_OK);
	fill_directory(s);
	msg_init(&msg, MSG_READY, 0);
	say(s, TO_WORKER, &msg);
	make_connections(s);
}

/* Nobody came to be what it is not. */
static void
check_connections(const struct stage *s)
{
	const struct conn *c;
	bool stranger;

	for (c = s->m.conns; c != NULL; c = c->hh.next) {
		MUST(c->number >= 1 && c->number <= OPERATOR);
		stranger = c->number <= STRANGERS;
		MUST(c->number == OPERATOR || c->oper == NULL || stranger);
		MUST(c->number == DEVICE || c->device == NULL || stranger);
		MUST(!stranger || (c->device == NULL && c->oper == NULL) ||
		     (s->signed_for & (1U << c->number)));
		MUST(c->state != CONN_KEX || stranger);
		MUST(c->state != CONN_ENROL || c->number <= STRANGERS);
		MUST(c->state != CONN_OPEN || c->device != NULL);
		MUST(c->state != CONN_OPERATOR || c->oper != NULL);
	}
}

static void
drain(const struct stage *s)
{
	int i;

	for (i = 0; i < ENDS; i++)
		message_drain(s->ends[i]);
}

/* A real client's part: sign what its LOGIN says. */
static void
sign_login(struct stage *s, struct msg *m)
{
	struct msg_login *l = &m->login;

	if (m->type != MSG_LOGIN || l->datalen > MSG_SIGNED_DATA ||
	    m->conn > STRANGERS)
		return;
	l->siglen = (uint32_t)hostkey_sign(s->m.hostkeys, "ssh-ed25519",
	    l->data, l->datalen, l->sig, sizeof(l->sig));
	s->signed_for |= 1U << m->conn;
}

static void
visit(struct stage *s, uint64_t number)
{
	const struct conn *c = conn_of(&s->m, number);
	struct linger none = {.l_onoff = 1};
	struct sockaddr_in in;
	socklen_t len = sizeof(in);
	int fd;

	if (c == NULL || c->tunnels == NULL || c->tunnels->fd == -1)
		return;
	MUST(getsockname(c->tunnels->fd, (struct sockaddr *)&in, &len) == 0);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	MUST(fd != -1);
	/* Or this host's ports would all be in TIME_WAIT soon. */
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	connect(fd, (struct sockaddr *)&in, len);
	s->visitors[s->nvisitors++] = fd;
}

static void
play(struct stage *s, struct input *in)
{
	static struct message m;
	int i, to;

	for (i = 0; i < MESSAGES && in->left > 0; i++) {
		message_read(&m, in);
		to = (m.how & MESSAGE_TO) >> 2;
		if (to == SIGNED)
			sign_login(s, &m.msg);
		if (m.msg.type == 0)
			visit(s, m.msg.conn);
		else
			message_send(&m, s->ends[to % ENDS], STDERR_FILENO);
		turn(s);
		drain(s);
		check_connections(s);
	}
}

static void
strike(struct stage *s, const struct always *a)
{
	int i;

	for (i = 0; i < s->nvisitors; i++)
		close(s->visitors[i]);
	for (i = 0; i < ENDS; i++)
		close(s->ends[i]);
	/* The end of a child, and what child_fail put off, in the loop. */
	for (i = 0; i < 3; i++)
		turn(s);
	MUST(s->m.conns == NULL);
	MUST(s->m.lobbies[POOL_LISTEN].startups == NULL);
	MUST(srclimit_startups_all(s->m.lobbies[POOL_LISTEN].sources) == 0);
	console_free_all(&s->m);
	alert_sweep(&s->m, true);
	drain_launcher(a->launcher[1]);
	child_free(s->children[TO_WORKER]);
	child_free(s->children[TO_KEEPER]);
	alerts_free(s->m.alerts);
	directory_free(&s->m.dir);
	lobby_free_all(&s->m);
	eventlog_check(s->m.log);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct always *always;
	struct input in = {data, len};
	static struct stage s;
	unsigned int before;

	if (always == NULL)
		always = make_always();
	before = fuzz_descriptors();
	set_stage(&s, always);
	play(&s, &in);
	strike(&s, always);
	MUST(fuzz_descriptors() == before);
	return 0;
}
