#include "config.h"

#include <stdlib.h>

#include "enrol.h"
#include "nodes.h"
#include "opening.h"
#include "prune.h"
#include "reserve.h"
#include "runner.h"
#include "take.h"
#include "watch.h"
#include "write.h"

#define IN_A_ROW 256 /* messages taken before anything else is done */
#define QUEUE (1 << 20)

static void
on_sock(struct ev_loop *loop, ev_io *w, int events)
{
	struct keeper *k = w->data;
	enum msg_result r = MSG_OK;
	const char *reason;
	int i, fd;

	(void)events;
	for (i = 0; i < IN_A_ROW && r == MSG_OK; i++) {
		if ((r = msg_recv(k->sock, &k->in, &fd, &reason)) != MSG_OK)
			break;
		if (take_message(k) == -1)
			r = MSG_BAD;
	}
	k->failed |= r == MSG_BAD;
	if (r == MSG_EOF || r == MSG_BAD)
		ev_break(loop, EVBREAK_ALL);
	if (k->store != NULL)
		write_soon(k);
}

static void
keeper_set_up(struct keeper *k)
{
	ev_io_init(&k->on_sock, on_sock, k->sock, EV_READ);
	k->on_sock.data = k;
	opening_init(k);
	watch_init(k);
	write_init(k);
	prune_init(k);
	ev_io_start(k->loop, &k->on_sock);
}

int
keeper_run(int sock)
{
	struct keeper *k;
	int r = -1;

	if ((k = calloc(1, sizeof(*k))) == NULL)
		return -1;
	k->sock = sock;
	reserve_start();
	if ((k->loop = ev_loop_new(EVFLAG_AUTO)) == NULL ||
	    (k->out = msgq_new(sock, QUEUE)) == NULL ||
	    (k->runner = runner_new(k->loop, enrol_checked, k)) == NULL)
		goto out;
	keeper_set_up(k);
	ev_run(k->loop, 0);
	if (k->store != NULL)
		write_last(k);
	r = k->failed ? -1 : 0;
out:
	nodes_free(k);
	store_close(k->store);
	group_free(k->group);
	runner_free(k->runner);
	msgq_free(k->out);
	if (k->loop != NULL)
		ev_loop_destroy(k->loop);
	free(k);
	return r;
}
