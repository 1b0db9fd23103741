#include "config.h"

#include <sys/socket.h>

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "clock.h"
#include "ending.h"
#include "loop.h"
#include "enrolment.h"
#include "lobby.h"
#include "srclimit.h"
#include "stage.h"
#include "unit.h"

static int
make_child(struct child *c, struct monitor *m, int *end)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
		0, pair) == -1)
		return -1;
	c->m = m;
	c->sock = pair[0];
	*end = pair[1];
	ev_init(&c->on_read, NULL);
	ev_init(&c->on_write, NULL);
	ev_init(&c->again, NULL);
	ev_init(&c->doom, NULL);
	return (c->queue = msgq_new(c->sock, 16 << 20)) != NULL ? 0 : -1;
}

static void
drop_child(struct child *c, int end)
{
	msgq_free(c->queue);
	close(c->sock);
	close(end);
}

int
stage_make(void **state)
{
	struct stage *s;
	void *folder;

	if ((s = calloc(1, sizeof(*s))) == NULL || folder_make(&folder) == -1)
		return -1;
	*state = s;
	s->folder = folder;
	s->m.conf = &s->conf;
	s->m.leads = true;
	s->conf.redeliver = FORWARD_REDELIVER;
	s->m.keeper = &s->keeper;
	s->m.loop = ev_loop_new(EVFLAG_AUTO);
	ending_start(&s->m);
	s->m.log = event_open(folder_file(folder, "log"), "n1");
	if (s->m.loop == NULL || s->m.log == NULL)
		return -1;
	return make_child(&s->keeper, &s->m, &s->to_keeper) == 0 &&
		       make_child(&s->worker, &s->m, &s->to_worker) == 0 &&
		       make_child(&s->page, &s->m, &s->to_page) == 0
		   ? 0
		   : -1;
}

int
stage_remove(void **state)
{
	struct stage *s = *state;
	void *folder = s->folder;

	directory_free(&s->m.dir);
	event_close(s->m.log);
	drop_child(&s->keeper, s->to_keeper);
	drop_child(&s->worker, s->to_worker);
	drop_child(&s->page, s->to_page);
	ev_loop_destroy(s->m.loop);
	free(s);
	return folder_remove(&folder);
}

void
stage_turn(struct stage *s)
{
	loop_turn(&s->m);
}

struct dir_device *
stage_device(struct stage *s, int64_t id, const char *name)
{
	struct msg_device m = {.id = id, .enabled = 1};
	struct dir_device *dev;

	snprintf(m.name, sizeof(m.name), "%s", name);
	dev = directory_put_device(&s->m.dir, &m, clock_wall(), clock_now());
	assert_non_null(dev);
	return dev;
}

struct conn *
stage_conn(struct stage *s, struct dir_device *dev)
{
	struct conn *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	c->m = &s->m;
	c->number = ++s->m.last_conn;
	c->state = CONN_OPEN;
	c->fd = -1;
	c->worker = &s->worker;
	c->accepted = clock_now();
	c->device = dev;
	snprintf(c->addr, sizeof(c->addr), "192.0.2.1");
	DL_APPEND2(dev->conns, c, dprev, dnext);
	return c;
}

struct conn *
stage_operator(struct stage *s)
{
	struct msg_operator m = {
	    .id = 3, .role = OPERATOR_ADMIN, .name = "alice"};
	struct conn *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	c->m = &s->m;
	c->number = ++s->m.last_conn;
	c->state = CONN_OPERATOR;
	c->fd = -1;
	c->worker = &s->worker;
	c->oper =
	    directory_put_operator(&s->m.dir, &m, clock_wall(), clock_now());
	assert_non_null(c->oper);
	DL_APPEND2(c->oper->conns, c, dprev, dnext);
	return c;
}

int
stage_make_lobbies(void **state)
{
	struct stage *s;

	if (stage_make(state) == -1)
		return -1;
	s = *state;
	s->conf.max_auth_tries = 1000;
	return lobby_open_all(&s->m) ? 0 : -1;
}

int
stage_remove_lobbies(void **state)
{
	struct stage *s = *state;

	lobby_empty_all(&s->m);
	lobby_free_all(&s->m);
	return stage_remove(state);
}

struct conn *
stage_stranger(struct stage *s, uint32_t n)
{
	struct sockaddr_in addr = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(0xc0000200 + n)};
	struct lobby *l = &s->m.lobbies[POOL_LISTEN];
	struct conn *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	c->m = &s->m;
	c->number = ++s->m.last_conn;
	c->state = CONN_KEX;
	c->fd = -1;
	c->worker = &s->worker;
	c->sessionlen = 32;
	c->source = srclimit_enter(l->sources, (struct sockaddr *)&addr, 0);
	srclimit_take_slot(l->sources, c->source);
	DL_APPEND(l->startups, c);
	HASH_ADD(hh, s->m.conns, number, sizeof(c->number), c);
	return c;
}

void
stage_leave(struct stage *s, struct conn *c)
{
	struct lobby *l = &s->m.lobbies[POOL_LISTEN];

	stage_turn(s);
	if (c->device != NULL)
		DL_DELETE2(c->device->conns, c, dprev, dnext);
	else {
		enrolment_leave(c);
		DL_DELETE(l->startups, c);
		srclimit_free_slot(l->sources, c->source);
		srclimit_leave(l->sources, c->source);
	}
	enrolment_free(c);
	ev_timer_stop(s->m.loop, &c->timer);
	HASH_DEL(s->m.conns, c);
	free(c->client);
	free(c);
}

void
stage_heard(int sock, struct msg *msg, enum msg_type type)
{
	const char *reason = NULL;
	int fd;

	if (msg_recv(sock, msg, &fd, &reason) != MSG_OK)
		fail_msg("no %s (%s)", msg_name(type),
		    reason != NULL ? reason : "nothing");
	assert_int_equal(fd, -1);
	assert_string_equal(msg_name(msg->type), msg_name(type));
}

void
stage_heard_nothing(int sock)
{
	const char *reason;
	struct msg msg;
	int fd;

	if (msg_recv(sock, &msg, &fd, &reason) != MSG_AGAIN)
		fail_msg("%s", msg_name(msg.type));
}

json_t *
stage_events(struct stage *s)
{
	char *text, *line, *rest;
	json_t *all = json_array();

	event_flush(s->m.log);
	text = rest = folder_read(folder_file(s->folder, "log"));
	while ((line = strsep(&rest, "\n")) != NULL && rest != NULL)
		json_array_append_new(all, json_loads(line, 0, NULL));
	free(text);
	return all;
}
