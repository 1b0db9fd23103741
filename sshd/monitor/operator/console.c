#include "config.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "child.h"
#include "clean.h"
#include "clock.h"
#include "conn.h"
#include "console.h"
#include "directory.h"
#include "forward.h"
#include "monitor.h"
#include "msg.h"
#include "owner.h"
#include "page_key.h"
#include "pasted.h"

#define COMMANDS 256 /* of one connection, those that were refused too */
#define REQUESTS 1024 /* of one command */
#define STARTING 10.0 /* s until READY */
#define EXIT_KILLED 255

struct console {
	struct monitor *m;
	uint64_t number; /* its child's tag, and conn in FORWARD_REQUEST */
	struct child *child; /* NULL: exited, or never started */
	struct conn *asker; /* NULL: gone */
	struct child *page; /* that has asked; NULL: none, or gone */
	bool act; /* a page has asked; else the asker's worker */
	uint64_t conn; /* its number, for the log */
	char addr[64];
	int64_t oper;
	char who[DEVICE_NAME];
	enum operator_role role;
	char grants[OPERATOR_GRANTS];
	struct msg_command command;
	int ends[2]; /* the console's, of its streams, until it has them */
	double started;
	bool ready;
	bool requesting; /* the keeper has a FORWARD_REQUEST of it */
	unsigned int requests; /* FORWARD_REQUESTs, in all */
	bool over; /* the channel is closed, or the asker gone */
	int status;
	char reason[MSG_TEXT]; /* why it did not run to its end, or "" */
	uint64_t bytes_in;
	uint64_t bytes_out;
	struct console *prev, *next; /* of the monitor */
	struct console *cprev, *cnext; /* of the asker */
};

static const struct role console_role;

/* --- the end of a command ----------------------------------------------- */

static void
log_command(const struct console *k)
{
	char text[4 * MSG_COMMAND_TEXT];
	struct event e;

	clean_text(text, sizeof(text), k->command.text);
	e = event_begin(k->m->log, "command");
	event_int(&e, "conn", (int64_t)k->conn);
	event_text(&e, "operator", k->who);
	event_text(&e, "addr", k->addr);
	event_text(&e, "command", k->command.shell ? NULL : text);
	event_int(&e, "status", k->status);
	event_int(&e, "bytes_in", (int64_t)k->bytes_in);
	event_int(&e, "bytes_out", (int64_t)k->bytes_out);
	event_ms(&e, clock_now() - k->started);
	event_text(&e, "reason", *k->reason != '\0' ? k->reason : NULL);
	event_end(&e);
}

static void
close_ends(struct console *k)
{
	int i;

	for (i = 0; i < 2; i++) {
		if (k->ends[i] != -1)
			close(k->ends[i]);
		k->ends[i] = -1;
	}
}

/* Log and free a command whose process and channel have both ended. */
static void
console_settle(struct console *k)
{
	if (k->child != NULL || !k->over)
		return;
	log_command(k);
	if (k->asker != NULL)
		DL_DELETE2(k->asker->consoles, k, cprev, cnext);
	DL_DELETE(k->m->consoles, k);
	close_ends(k);
	free(k);
}

/* Send to who has asked: the page, or the worker of the connection. */
static void
console_tell(const struct console *k, struct msg *msg, int fd)
{
	if (k->act && k->page != NULL)
		child_send(k->page, msg, fd);
	if (k->act || k->asker == NULL)
		return;
	msg->conn = k->asker->number;
	conn_send(k->asker, msg, fd);
}

/* Send the channel's exit status, and a line if the command was refused. */
static void
tell_end(const struct console *k)
{
	struct msg msg;

	if (k->asker == NULL || k->over)
		return;
	msg_init(&msg, MSG_COMMANDED, 0);
	msg.commanded.id = k->command.id;
	msg.commanded.status = (uint32_t)k->status;
	snprintf(msg.commanded.refused, sizeof(msg.commanded.refused), "%s",
	    k->reason);
	console_tell(k, &msg, -1);
}

static void
set_reason(struct console *k, const char *reason)
{
	if (*k->reason == '\0')
		snprintf(k->reason, sizeof(k->reason), "%s", reason);
}

/* Kill the process; console_ended follows when it has exited. */
static void
console_stop(struct console *k, const char *reason)
{
	set_reason(k, reason);
	if (k->child != NULL)
		child_fail(k->child, reason);
}

static void
console_ended(struct child *child, int status)
{
	struct console *k = child->of;
	char text[64];

	k->child = NULL;
	k->requesting = false;
	if (*child->reason != '\0')
		set_reason(k, child->reason);
	if (WIFEXITED(status) && status != -1) {
		k->status = WEXITSTATUS(status);
	} else {
		k->status = EXIT_KILLED;
		snprintf(text, sizeof(text), "ended by signal %d",
		    WIFSIGNALED(status) ? WTERMSIG(status) : 0);
		set_reason(k, text);
	}
	tell_end(k);
	console_settle(k);
}

static void
console_lost(struct child *child)
{
	/* A console without its socket can do nothing more. */
	child_kill(child);
}

/* --- the start of a command --------------------------------------------- */

static void
stream_init(struct msg *msg, const struct console *k, enum msg_stream_of which)
{
	msg_init(msg, MSG_STREAM, 0);
	msg->stream.id = k->command.id;
	msg->stream.which = which;
}

static void
give_stream(
    struct child *to, const struct console *k, enum msg_stream_of which, int fd)
{
	struct msg msg;

	stream_init(&msg, k, which);
	child_send(to, &msg, fd);
}

static void
give_stream_back(const struct console *k, enum msg_stream_of which, int fd)
{
	struct msg msg;

	stream_init(&msg, k, which);
	console_tell(k, &msg, fd);
}

static void
console_greet(struct child *child)
{
	struct console *k = child->of;
	struct msg msg;

	msg_init(&msg, MSG_STORE_OPEN, 0);
	conf_store_url(
	    k->m->conf, k->role == OPERATOR_ADMIN, msg.store_open.url);
	snprintf(msg.store_open.node, sizeof(msg.store_open.node), "%s",
	    k->m->conf->node);
	child_send(child, &msg, -1);
	msg_init(&msg, MSG_OPERATOR, 0);
	msg.oper.id = k->oper;
	msg.oper.role = k->role;
	snprintf(msg.oper.name, sizeof(msg.oper.name), "%s", k->who);
	snprintf(msg.oper.grants, sizeof(msg.oper.grants), "%s", k->grants);
	child_send(child, &msg, -1);
	give_stream(child, k, STREAM_IN_OUT, k->ends[0]);
	give_stream(child, k, STREAM_ERR, k->ends[1]);
	close_ends(k);
}

static unsigned int
count_running(const struct monitor *m, int64_t oper_or_0)
{
	const struct console *k;
	unsigned int n = 0;

	DL_FOREACH(m->consoles, k)
		n += k->child != NULL &&
		     (oper_or_0 == 0 || k->oper == oper_or_0);
	return n;
}

/* NULL, or why it does not start. */
static const char *
console_start(struct console *k)
{
	int i, sv[2], mine[2] = {-1, -1};

	if (count_running(k->m, k->oper) >= CONSOLES_OPERATOR ||
	    count_running(k->m, 0) >= CONSOLES) {
		k->m->counters.limits++;
		return "too many concurrent commands: try again";
	}
	for (i = 0; i < 2; i++) {
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) ==
		    -1)
			break;
		mine[i] = sv[0];
		k->ends[i] = sv[1];
	}
	if (i == 2)
		k->child = child_start_once(k->m, &console_role, k);
	if (k->child != NULL) {
		k->number = k->child->tag;
		k->m->counters.commands++;
		for (i = 0; i < 2; i++)
			give_stream_back(
			    k, i == 0 ? STREAM_IN_OUT : STREAM_ERR, mine[i]);
	}
	for (i = 0; i < 2; i++)
		if (mine[i] != -1)
			close(mine[i]);
	return k->child != NULL ? NULL : "the server is busy: try again";
}

static struct console *
console_new(struct conn *c, const struct msg_command *command)
{
	struct console *k;

	if ((k = calloc(1, sizeof(*k))) == NULL)
		return NULL;
	k->m = c->m;
	k->asker = c;
	k->conn = c->number;
	memcpy(k->addr, c->addr, sizeof(k->addr));
	k->oper = c->oper->id;
	snprintf(k->who, sizeof(k->who), "%s", c->oper->name);
	k->role = c->oper->role;
	snprintf(k->grants, sizeof(k->grants), "%s", c->oper->grants);
	k->command = *command;
	k->ends[0] = k->ends[1] = -1;
	k->started = clock_now();
	DL_APPEND(c->m->consoles, k);
	DL_APPEND2(c->consoles, k, cprev, cnext);
	return k;
}

static struct console *
console_find(const struct conn *c, bool act, uint32_t id)
{
	struct console *k;

	DL_FOREACH2(c->consoles, k, cnext)
		if (k->act == act && k->command.id == id)
			return k;
	return NULL;
}

/* NULL, or why another command of the connection is not taken. */
static const char *
console_one_more(const struct conn *c, bool act, uint32_t id)
{
	const struct console *k;
	int n;

	DL_COUNT2(c->consoles, k, n, cnext);
	if (n >= COMMANDS)
		return "too many commands on one connection";
	if (console_find(c, act, id) != NULL)
		return "a second command of one channel";
	return NULL;
}

static void
console_refuse(struct console *k, const char *why)
{
	k->status = EXIT_FAILURE;
	set_reason(k, why);
	tell_end(k);
}

const char *
console_command(struct conn *c, struct msg *ask)
{
	const char *why = console_one_more(c, false, ask->command.id);
	struct console *k;

	if (why != NULL)
		return why;
	if ((k = console_new(c, &ask->command)) == NULL) {
		conn_end(c, "out of memory");
		return NULL;
	}
	if ((why = console_start(k)) != NULL)
		console_refuse(k, why);
	return NULL;
}

const char *
console_act(struct conn *c, struct child *page, const struct msg_act *act,
    const char *refused)
{
	const char *why = console_one_more(c, true, act->id);
	struct msg_command command = {.id = act->id};
	struct console *k;

	if (why != NULL)
		return why;
	snprintf(command.text, sizeof(command.text), "%s", act->text);
	if ((k = console_new(c, &command)) == NULL)
		return "out of memory";
	k->act = true;
	k->page = page;
	if (refused != NULL || (refused = console_start(k)) != NULL)
		console_refuse(k, refused);
	return NULL;
}

/* The channel of a command has ended, or its act is done. */
static void
console_hang_up(struct console *k, const struct msg_hung_up *hung)
{
	k->bytes_in = hung->bytes_in;
	k->bytes_out = hung->bytes_out;
	k->over = true;
	console_stop(k, k->child != NULL ? "closed by the operator" : "");
	console_settle(k);
}

const char *
console_hung_up(struct conn *c, struct msg *ask)
{
	struct console *k = console_find(c, false, ask->hung_up.id);

	/* When the connection ends, its commands have ended before. */
	if (k == NULL || k->over)
		return c->state == CONN_ENDING ? NULL : "no such command";
	console_hang_up(k, &ask->hung_up);
	return NULL;
}

const char *
console_act_hung_up(struct conn *c, const struct msg_hung_up *hung)
{
	struct console *k = console_find(c, true, hung->id);

	if (k == NULL || k->over)
		return "no such act";
	console_hang_up(k, hung);
	return NULL;
}

/* --- forward requests ------------------------------------------------- */

static void
answer_request(const struct console *k, const struct msg_forward_result *answer)
{
	struct msg msg;

	msg_init(&msg, MSG_FORWARD_RESULT, 0);
	msg.forward_result = *answer;
	if (k->child != NULL)
		child_send(k->child, &msg, -1);
}

static void
refuse_request(const struct console *k, const char *why)
{
	struct msg_forward_result answer = {.forward = 0};

	snprintf(answer.refused, sizeof(answer.refused), "%s", why);
	answer_request(k, &answer);
}

/* NULL, or why it is refused. */
static const char *
check_request(const struct console *k, const struct msg_forward_request *o,
    char text[MSG_TEXT])
{
	const struct monitor *m = k->m;
	const struct dir_operator *op = directory_operator(&m->dir, k->oper);
	const struct dir_forward *f = NULL;
	const struct dir_device *dev;
	const char *why;

	if (o->what == REQUEST_CLOSE)
		f = directory_forward(&m->dir, o->forward);
	if (o->what == REQUEST_CLOSE && (f == NULL || f->virtual))
		return "no such forward";
	dev = f != NULL ? f->device : directory_device(&m->dir, o->device);
	if (op == NULL || dev == NULL || dev->removed)
		return "no such device";
	if (!operator_reaches(op->role, op->grants, dev->name, dev->tags,
		f != NULL ? f->dport : o->dport))
		return "not granted: this port of the device";
	if (f == NULL &&
	    (why = owner_refuses(m, op, o->sport, o->ttl, text)) != NULL)
		return why;
	return m->keeper->sock == -1 ? "the store is busy: try again" : NULL;
}

static bool
is_request(const struct msg_forward_request *o)
{
	return o->what == REQUEST_CLOSE ||
	       (o->what == REQUEST_OPEN && o->dport >= 1 && o->dport <= 65535 &&
		   o->sport >= 1 && o->sport <= 65535 &&
		   o->ttl <= FORWARD_TTL_MAX);
}

static const char *
request_forward(struct console *k, const struct msg *ask)
{
	struct msg msg = *ask;
	char text[MSG_TEXT];
	const char *why;

	if (k->role != OPERATOR_OPERATOR || !k->ready)
		return "role may not request forwards";
	if (k->requesting || !is_request(&ask->forward_request))
		return "not a forward request";
	/* A console that does not read must not fill its queue with answers. */
	if (++k->requests > REQUESTS)
		return "too many forward requests in one command";
	if (msg.forward_request.what == REQUEST_OPEN &&
	    msg.forward_request.ttl == 0)
		msg.forward_request.ttl = owner_ttl(k->m);
	why = k->m->fenced ? "this node has lost the store"
			   : check_request(k, &msg.forward_request, text);
	if (why != NULL) {
		refuse_request(k, why);
		return NULL;
	}
	k->requesting = true;
	msg.conn = k->number;
	msg.forward_request.oper = k->oper;
	snprintf(msg.forward_request.who, sizeof(msg.forward_request.who), "%s",
	    k->who);
	child_send(k->m->keeper, &msg, -1);
	return NULL;
}

const char *
console_forward_result(struct monitor *m, const struct msg *msg)
{
	struct console *k;

	DL_FOREACH(m->consoles, k)
		if (k->child != NULL && k->number == msg->conn)
			break;
	if (k == NULL)
		return NULL; /* has ended meanwhile */
	if (!k->requesting)
		return "nobody asked";
	k->requesting = false;
	answer_request(k, &msg->forward_result);
	return NULL;
}

void
console_keeper_lost(struct monitor *m)
{
	struct console *k;

	DL_FOREACH(m->consoles, k) {
		if (k->requesting)
			refuse_request(k, "the store is busy: try again");
		k->requesting = false;
	}
}

static const char *
tell_page_key(struct console *k)
{
	struct msg msg;

	if (!k->ready || k->act || ++k->requests > REQUESTS)
		return "not a console's to say";
	if (k->asker == NULL)
		return NULL;
	msg_init(&msg, MSG_PAGE_KEY, 0);
	snprintf(msg.page_key.key, sizeof(msg.page_key.key), "%s",
	    page_key_of(k->asker));
	child_send(k->child, &msg, -1);
	return NULL;
}

static const char *
tell_paste(struct console *k)
{
	struct msg msg;

	if (!k->ready || k->role != OPERATOR_ADMIN || ++k->requests > REQUESTS)
		return "not a console's to say";
	msg_init(&msg, MSG_PASTE, 0);
	pasted_fill(k->m, &msg.paste);
	child_send(k->child, &msg, -1);
	return NULL;
}

static const char *
console_hear(struct child *child, struct msg *msg)
{
	struct console *k = child->of;
	struct msg command;

	if (msg->type == MSG_FORWARD_REQUEST)
		return request_forward(k, msg);
	if (msg->type == MSG_PAGE_KEY)
		return tell_page_key(k);
	if (msg->type == MSG_PASTE)
		return tell_paste(k);
	if (msg->type != MSG_READY || k->ready)
		return "not a console's to say";
	k->ready = true;
	msg_init(&command, MSG_COMMAND, 0);
	command.command = k->command;
	command.command.port = k->asker != NULL ? conn_here(k->asker) : 0;
	child_send(child, &command, -1);
	return NULL;
}

/* --- what ends a command ------------------------------------------------ */

void
console_end_all(struct conn *c, const char *reason)
{
	struct console *k, *tmp;

	DL_FOREACH_SAFE2(c->consoles, k, tmp, cnext) {
		DL_DELETE2(c->consoles, k, cprev, cnext);
		k->asker = NULL;
		k->page = NULL;
		k->over = true;
		console_stop(k, reason);
		console_settle(k);
	}
}

void
console_end_acts(struct conn *c, const struct child *page)
{
	struct console *k, *tmp;

	DL_FOREACH_SAFE2(c->consoles, k, tmp, cnext) {
		if (k->page != page)
			continue;
		k->page = NULL;
		k->over = true;
		console_stop(k, "page ended");
		console_settle(k);
	}
}

void
console_regrant(struct monitor *m, const struct dir_operator *op)
{
	struct console *k;

	DL_FOREACH(m->consoles, k)
		if (k->oper == op->id &&
		    (k->role != op->role || strcmp(k->grants, op->grants) != 0))
			console_stop(
			    k, "your role or tags have changed: try again");
}

void
console_tick(struct monitor *m)
{
	double now = clock_now();
	struct console *k;

	DL_FOREACH(m->consoles, k)
		if (k->child != NULL && !k->ready &&
		    now - k->started > STARTING)
			console_stop(k, "did not start in time");
}

void
console_free_all(struct monitor *m)
{
	struct console *k, *tmp;
	struct child *child;

	DL_FOREACH_SAFE(m->consoles, k, tmp) {
		if ((child = k->child) != NULL) {
			console_lost(child);
			DL_DELETE(m->once, child);
			child_free(child);
		}
		k->child = NULL;
		k->over = true;
		console_settle(k);
	}
}

static const struct role console_role = {
    .name = "console",
    .launch = LAUNCH_CONSOLE,
    .greet = console_greet,
    .hear = console_hear,
    .lost = console_lost,
    .ended = console_ended,
};
