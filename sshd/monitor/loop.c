#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "accept.h"
#include "alert_list.h"
#include "alert_sweep.h"
#include "alert_tell.h"
#include "answer.h"
#include "answer_listen.h"
#include "bound.h"
#include "child.h"
#include "clock.h"
#include "conn.h"
#include "console.h"
#include "drain.h"
#include "ending.h"
#include "event_level.h"
#include "foreign.h"
#include "installer.h"
#include "jump_check.h"
#include "jump_join.h"
#include "lacks.h"
#include "learn.h"
#include "learn_operator.h"
#include "loop.h"
#include "monitor.h"
#include "node.h"
#include "notify.h"
#include "owner.h"
#include "page.h"
#include "pins.h"
#include "presence.h"
#include "quantum.h"
#include "relay.h"
#include "scrape.h"
#include "reserve.h"
#include "status.h"
#include "tunnel.h"
#include "waiting.h"
#include "wanted.h"

#define SWEEP 5 /* s between sweeps for devices that are late */
#define WATCH 10 /* s between looks at the workers */
#define OPERATOR_WORKERS 2 /* if there is an operator-listen */
#define SEAL 3600 /* s between signatures of the event log */
#define FAREWELL 5.0 /* s that the keeper may take to write what is left */

/* Events of the loop itself. */
struct watch {
	struct monitor *m;
	unsigned int seconds; /* of the tick */
	ev_io launcher;
	ev_signal term;
	ev_signal interrupt;
	ev_signal hup;
	ev_timer tick;
	ev_prepare turn;
};

/* --- start ------------------------------------------------------------ */

/* NULL: the option has no address. */
static json_t *
listens_of(const struct monitor *m, enum pool pool)
{
	const struct listen *l;
	json_t *list = NULL;

	for (l = m->listens; l != NULL; l = l->next) {
		if (l->pool != pool)
			continue;
		if (list == NULL)
			list = json_array();
		json_array_append_new(list, json_string(l->name));
	}
	return list;
}

static void
log_start(struct monitor *m)
{
	const struct conf *conf = m->conf;
	struct event e = event_begin(m->log, "start");

	event_json(&e, "listen", listens_of(m, POOL_LISTEN));
	event_json(&e, "operator_listen", listens_of(m, POOL_OPERATORS));
	event_text(&e, "metrics_listen", scrape_name(m->scrape));
	event_text(&e, "node_listen", relay_name(m));
	event_int(&e, "pid", getpid());
	event_text(&e, "version", PACKAGE_VERSION);
	event_text(
	    &e, "user", m->account.root ? conf->user : "whoever started it");
	event_int(&e, "workers", conf->workers);
	event_text(
	    &e, "compat", conf->compat_openwrt_1505 ? "openwrt-15.05" : "");
	event_json(&e, "without", lacks_list(m));
	event_text(&e, "libssh", m->quantum.libssh);
	event_text(&e, "kex", m->quantum.kex);
	event_bool(&e, "post_quantum", quantum_safe(&m->quantum));
	event_end(&e);
}

/*
 * CAP_NET_BIND_SERVICE is kept while a permit or a forward below 1024 exists;
 * once dropped, it cannot be regained.  Listening ports are bound before.
 * Returns NULL, or why it could not be dropped.
 */
static const char *
drop_low_ports(struct monitor *m)
{
	const char *why;

	m->low_ports = true;
	if (directory_low_ports(&m->dir))
		return NULL;
	why = privilege_drop_low_ports();
	m->low_ports = why != NULL;
	return why;
}

static bool
any_worker_ready(const struct monitor *m, enum pool pool)
{
	const struct child *c;

	DL_FOREACH(m->workers, c)
		if (c->ready && c->role->pool == pool)
			return true;
	return false;
}

/* Does each pool have a worker that is ready? */
static bool
pools_ready(const struct monitor *m)
{
	return any_worker_ready(m, POOL_LISTEN) &&
	       (m->conf->noperator_listen == 0 ||
		   any_worker_ready(m, POOL_OPERATORS));
}

static void
check_ready(struct monitor *m)
{
	const struct listen *l;
	const char *why;

	if (m->tested)
		ev_break(m->loop, EVBREAK_ALL);
	if (m->testing || m->ready || m->stopping || !m->dir.loaded ||
	    !pools_ready(m))
		return;
	if ((why = drop_low_ports(m)) != NULL) {
		monitor_fail(m, "cannot give up CAP_NET_BIND_SERVICE: %s", why);
		return;
	}
	m->ready = true;
	presence_sweep(m);
	log_start(m);
	pins_look(m);
	lacks_say(m);
	for (l = m->listens; l != NULL; l = l->next)
		fprintf(stderr, "%set-sshd: listening on %s%s\n",
		    event_level_journal(STDERR_FILENO) ? "<6>" : "", l->name,
		    l->pool == POOL_OPERATORS ? " for operators" : "");
	accept_start(m);
	scrape_start(m->scrape);
	relay_start(m);
	status_send(m);
	notify_send(m->notify, "READY=1");
}

/* --- while it runs ---------------------------------------------------- */

static void
check_stale(struct monitor *m)
{
	bool stale = clock_now() - m->dir.fresh > m->conf->stale_limit;

	if (stale == m->stale)
		return;
	m->stale = stale;
	event_reason(m->log, "store",
	    stale ? "no answer for stale-limit: logins refused"
		  : "answers again");
}

static void
on_tick(struct ev_loop *loop, ev_timer *timer, int revents)
{
	struct watch *w = timer->data;
	struct monitor *m = w->m;
	struct child *c, *tmp;

	(void)revents;
	if (!m->ready)
		return;
	w->seconds++;
	check_stale(m);
	wanted_tick(m);
	tunnel_tick(m);
	jump_tick(m);
	jump_retry_all(m);
	relay_tick(m);
	bound_tick(m);
	answer_listen_again(m);
	if (drain_tick(m)) {
		event_reason(m->log, "stop", "drained");
		ev_break(loop, EVBREAK_ALL);
	}
	console_tick(m);
	page_tick(m);
	scrape_tick(m->scrape);
	learn_operator_tick(m);
	owner_check(m);
	pins_tick(m);
	/* Retried by the next tick if it fails for want of memory. */
	if (m->low_ports)
		drop_low_ports(m);
	if (w->seconds % SWEEP == 0) {
		presence_sweep(m);
		if (presence_judges(m))
			alert_sweep(
			    m, !m->stale && any_worker_ready(m, POOL_LISTEN));
		status_send(m);
		pins_look(m);
	}
	if (w->seconds % SEAL == 0)
		event_sign(m->log, "hour");
	if (w->seconds % WATCH == 0)
		DL_FOREACH_SAFE(m->workers, c, tmp)
			child_watch(c);
}

void
loop_turn(struct monitor *m)
{
	ending_run(m);
	waiting_give_slots(m);
	conn_send_records(m);
	if (m->status_due)
		status_send(m);
	learn_applied(m);
	check_ready(m);
	if (m->failed && !m->stopping)
		ev_break(m->loop, EVBREAK_ALL);
	event_flush(m->log);
}

static void
on_turn(struct ev_loop *loop, ev_prepare *w, int revents)
{
	(void)loop;
	(void)revents;
	loop_turn(w->data);
}

static void
on_stop(struct ev_loop *loop, ev_signal *w, int revents)
{
	struct monitor *m = w->data;

	(void)revents;
	event_reason(m->log, "stop", strsignal(w->signum));
	ev_break(loop, EVBREAK_ALL);
}

static void
log_reload(
    struct monitor *m, const char *reason, const char *key, const char *text)
{
	struct event e = event_begin(m->log, "reload");

	event_text(&e, "reason", reason);
	event_text(&e, key, text);
	event_end(&e);
}

static void
on_hup(struct ev_loop *loop, ev_signal *w, int revents)
{
	struct monitor *m = w->data;
	struct conf *next;
	char text[CONF_ERROR];

	(void)loop;
	(void)revents;
	if (event_reopen(m->log) == -1)
		log_reload(m, "event log cannot be reopened", "detail",
		    strerror(errno));
	if (alert_reopen(m) == -1)
		log_reload(m, "alert log cannot be reopened", "detail",
		    strerror(errno));
	if ((next = conf_load(m->conf_path, text)) == NULL) {
		fprintf(
		    stderr, "et-sshd: %s: configuration not changed\n", text);
		log_reload(m, "bad configuration, not changed", "detail", text);
		return;
	}
	if (next->workers == 0) /* the number chosen at the start */
		next->workers = m->conf->workers;
	conf_reload(m->conf, next, text);
	conf_free(next);
	lobby_set_penalties(m, m->conf->per_source_penalties);
	lobby_recheck_all(m);
	installer_reload(m->installer);
	pins_look(m);
	owner_check(m);
	if (*text != '\0')
		fprintf(
		    stderr, "et-sshd: restart needed to change: %s\n", text);
	log_reload(m, "done", "needs_restart", *text != '\0' ? text : NULL);
}

static void
on_launcher(struct ev_loop *loop, ev_io *w, int revents)
{
	struct monitor *m = w->data;
	struct launch_report r;
	int n;

	(void)revents;
	while ((n = launch_read(m->launcher, &r)) == 1)
		child_report(m, &r);
	if (n == 0)
		return;
	ev_io_stop(loop, w);
	if (!m->stopping)
		monitor_fail(m, "launcher exited: no process can be started");
	ev_break(loop, EVBREAK_ALL);
}

/* --- the whole -------------------------------------------------------- */

static void
watch_all(struct watch *w)
{
	struct ev_loop *loop = w->m->loop;

	ev_io_init(&w->launcher, on_launcher, w->m->launcher, EV_READ);
	ev_signal_init(&w->term, on_stop, SIGTERM);
	ev_signal_init(&w->interrupt, on_stop, SIGINT);
	ev_signal_init(&w->hup, on_hup, SIGHUP);
	ev_timer_init(&w->tick, on_tick, 1, 1);
	ev_prepare_init(&w->turn, on_turn);
	w->launcher.data = w->term.data = w->interrupt.data = w->m;
	w->hup.data = w->turn.data = w->m;
	w->tick.data = w;
	ev_io_start(loop, &w->launcher);
	ev_signal_start(loop, &w->term);
	ev_signal_start(loop, &w->interrupt);
	ev_signal_start(loop, &w->hup);
	ev_timer_start(loop, &w->tick);
	ev_prepare_start(loop, &w->turn);
}

static bool
loop_begin(struct monitor *m, struct watch *w)
{
	reserve_start();
	m->loop = ev_default_loop(EVFLAG_NOENV | EVBACKEND_EPOLL);
	if (m->loop == NULL || !lobby_open_all(m))
		return false;
	m->leads = !m->conf->several;
	ev_set_userdata(m->loop, m);
	ending_start(m);
	w->m = m;
	watch_all(w);
	m->started = clock_now();
	return true;
}

static void
on_farewell(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)w;
	(void)revents;
	ev_break(loop, EVBREAK_ALL);
}

/* End connections, then workers; then the keeper writes its queue. */
static void
loop_end(struct monitor *m)
{
	struct conn *c, *ctmp;
	struct child *w, *wtmp;
	ev_timer farewell;

	notify_send(m->notify, "STOPPING=1");
	accept_stop(m);
	lobby_empty_all(m);
	m->stopping = true;
	HASH_ITER(hh, m->conns, c, ctmp)
		conn_gone(c, "server stopped", 0, 0);
	loop_turn(m);
	console_free_all(m);
	page_free_all(m);
	scrape_free(m->scrape);
	m->scrape = NULL;
	answer_listen_free(m);
	bound_free_all(m);
	relay_free(m);
	DL_FOREACH_SAFE(m->workers, w, wtmp) {
		DL_DELETE(m->workers, w);
		child_free(w);
	}
	if (m->keeper != NULL && m->keeper->pid != 0) {
		child_finish(m->keeper);
		ev_timer_init(&farewell, on_farewell, FAREWELL, 0);
		ev_timer_start(m->loop, &farewell);
		ev_run(m->loop, 0);
		ev_timer_stop(m->loop, &farewell);
	}
	child_free(m->keeper);
	m->keeper = NULL;
	foreign_free_all(m);
	directory_free(&m->dir);
	nodes_free(m);
	lobby_free_all(m);
}

static void
start_workers(struct monitor *m, enum pool pool, unsigned int count)
{
	for (; count > 0 && !m->failed; count--)
		if (child_start(m, &answer_roles[pool]) == NULL)
			m->failed = true;
}

int
loop_run(struct monitor *m)
{
	struct watch w = {0};

	if (!loop_begin(m, &w)) {
		fprintf(
		    stderr, "et-sshd: no event loop: %s\n", strerror(errno));
		return 1;
	}
	if (child_start(m, &learn_role) == NULL)
		m->failed = true;
	start_workers(m, POOL_LISTEN, m->conf->workers);
	if (m->conf->noperator_listen > 0)
		start_workers(m, POOL_OPERATORS, OPERATOR_WORKERS);
	if (m->failed)
		fprintf(stderr, "et-sshd: out of memory\n");
	else
		ev_run(m->loop, 0);
	loop_end(m);
	return m->failed ? 1 : 0;
}

int
loop_test(struct monitor *m)
{
	struct watch w = {0};

	m->testing = true;
	if (!loop_begin(m, &w)) {
		fprintf(
		    stderr, "et-sshd: no event loop: %s\n", strerror(errno));
		return 1;
	}
	child_start(m, &answer_roles[POOL_LISTEN]);
	ev_run(m->loop, 0);
	loop_end(m);
	return m->failed ? 1 : 0;
}
