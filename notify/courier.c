#include "config.h"

#include <sys/random.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "alert_line.h"
#include "clock.h"
#include "courier.h"
#include "launcher.h"
#include "say.h"
#include "template.h"

#define HOUR 3600
#define LATE 60 /* s beyond the receiver's timeout: its process hangs */

double
courier_backoff(const struct conf *conf, unsigned int tries, double jitter)
{
	double wait = conf->retry;

	for (; tries > 1 && wait < conf->retry_most; tries--)
		wait *= 2;
	if (wait > conf->retry_most)
		wait = conf->retry_most;
	return wait * (0.75 + jitter / 2);
}

static double
courier_random(void)
{
	unsigned int r = 0;

	(void)!getrandom(&r, sizeof(r), GRND_NONBLOCK);
	return (double)r / ((double)UINT32_MAX + 1);
}

static void
courier_wake(struct courier *c, double seconds)
{
	ev_timer_stop(c->loop, &c->timer);
	ev_timer_set(&c->timer, seconds > 0 ? seconds : 0, 0);
	ev_timer_start(c->loop, &c->timer);
}

#define WHO(c) conf_type_name((c)->receiver->type), (c)->receiver->name

/* ---- the rate ---- */

static void
courier_fill(struct courier *c)
{
	double now = clock_now();

	c->tokens += (now - c->filled) * c->receiver->rate / HOUR;
	c->filled = now;
	if (c->tokens > c->receiver->burst)
		c->tokens = c->receiver->burst;
}

/* Whether the first alert, never tried, may be sent; otherwise after a while. */
static bool
courier_may_send(struct courier *c)
{
	if (c->receiver->rate == 0)
		return true;
	courier_fill(c);
	if (c->tokens >= 1)
		return true;
	c->held = true;
	courier_wake(c, (1 - c->tokens) * HOUR / c->receiver->rate + 0.01);
	return false;
}

/* ---- an attempt ---- */

static bool
courier_sums_up(const struct courier *c)
{
	return c->receiver->type != RECEIVER_WEBHOOK ||
	       !c->receiver->template->keeps_state;
}

static void
courier_try(struct courier *c)
{
	struct entry *e = c->queue.first;

	c->fd = launcher_ask(c->launcher, c->receiver, e->alert);
	if (c->fd == -1) {
		say_warning("%s %s: cannot start an attempt: %s", WHO(c),
		    strerror(errno));
		c->next = clock_now() + c->conf->retry;
		courier_wake(c, c->conf->retry);
		return;
	}
	e->tries++;
	c->nline = 0;
	ev_io_set(&c->answer, c->fd, EV_READ);
	ev_io_start(c->loop, &c->answer);
	courier_wake(c, c->receiver->timeout + LATE);
}

void
courier_go(struct courier *c)
{
	double wait = c->next - clock_now();
	struct entry *e = c->queue.first;

	if (c->fd != -1 || e == NULL || c->stops)
		return;
	if (wait > 0) {
		courier_wake(c, wait);
		return;
	}
	if (e->tries == 0) {
		if (!courier_may_send(c))
			return;
		if (courier_sums_up(c) && (c->held || c->queue.dropped > 0)) {
			queue_sum_up(&c->queue);
			c->changed(c->arg);
		}
		c->held = false;
		c->tokens -= 1;
	}
	courier_try(c);
}

/* ---- its result ---- */

static void
courier_done(struct courier *c, const char *how, const char *text, bool good)
{
	struct entry *e = c->queue.first;
	const char *id = alert_text(e->alert, "id");
	const char *event = alert_text(e->alert, "event");

	if (good)
		say_info("%s %s: %s %s %s", WHO(c), id, event, how);
	else
		say_warning(
		    "%s %s: %s %s %s: %s", WHO(c), id, event, how, text);
	queue_remove(&c->queue, e);
	c->next = 0;
	c->changed(c->arg);
}

static void
courier_postpone(struct courier *c, const struct result *result)
{
	struct entry *e = c->queue.first;
	double wait = courier_backoff(c->conf, e->tries, courier_random());
	int64_t keep = (int64_t)c->conf->keep * HOUR * 1000000;

	if (clock_wall() - e->since > keep) {
		courier_done(
		    c, "given up after all its time", result->text, false);
		return;
	}
	if (result->after > wait)
		wait = result->after;
	c->next = clock_now() + wait;
	say_warning("%s %s: %s, %u waiting; again in %.0f s", WHO(c),
	    result->text, c->queue.n, wait);
}

static void
courier_result(struct courier *c, const struct result *result)
{
	ev_io_stop(c->loop, &c->answer);
	close(c->fd);
	c->fd = -1;
	ev_timer_stop(c->loop, &c->timer);
	if (result->outcome == OUTCOME_SENT)
		courier_done(c, "sent", result->text, true);
	else if (result->outcome == OUTCOME_REFUSED)
		courier_done(c, "refused, given up", result->text, false);
	else
		courier_postpone(c, result);
	courier_go(c);
}

static void
courier_on_answer(struct ev_loop *loop, struct ev_io *w, int events)
{
	struct result lost = {.outcome = OUTCOME_RETRY,
	    .text = "the attempt ended without a result"};
	struct courier *c = w->data;
	struct result result;
	ssize_t n;

	(void)loop;
	(void)events;
	n = read(c->fd, c->line + c->nline, sizeof(c->line) - 1 - c->nline);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0) {
		c->nline += (size_t)n;
		c->line[c->nline] = '\0';
		if (strchr(c->line, '\n') == NULL &&
		    c->nline < sizeof(c->line) - 1)
			return;
	}
	courier_result(
	    c, n > 0 && attempt_read(c->line, &result) ? &result : &lost);
}

static void
courier_on_timer(struct ev_loop *loop, struct ev_timer *w, int events)
{
	const struct result late = {
	    .outcome = OUTCOME_RETRY, .text = "the attempt hangs"};
	struct courier *c = w->data;

	(void)loop;
	(void)events;
	if (c->fd != -1)
		courier_result(c, &late);
	else
		courier_go(c);
}

/* ---- */

void
courier_init(struct courier *c, struct ev_loop *loop, const struct conf *conf,
    const struct receiver *r, int launcher, void (*changed)(void *), void *arg)
{
	memset(c, 0, sizeof(*c));
	c->conf = conf;
	c->receiver = r;
	c->loop = loop;
	c->launcher = launcher;
	c->changed = changed;
	c->arg = arg;
	c->fd = -1;
	c->tokens = r->burst;
	c->filled = clock_now();
	ev_init(&c->timer, courier_on_timer);
	ev_init(&c->answer, courier_on_answer);
	c->timer.data = c->answer.data = c;
}

bool
courier_stop(struct courier *c)
{
	c->stops = true;
	return c->fd != -1;
}

void
courier_end(struct courier *c)
{
	ev_io_stop(c->loop, &c->answer);
	ev_timer_stop(c->loop, &c->timer);
	if (c->fd != -1)
		close(c->fd);
	queue_free(&c->queue);
}

void
courier_take(struct courier *c, json_t *alert)
{
	unsigned int dropped = c->queue.dropped;

	if (queue_add(&c->queue, alert, c->conf->queue) == -1)
		say_error("%s %s: out of memory: an alert is lost", WHO(c));
	if (dropped == 0 && c->queue.dropped > 0)
		say_warning("%s %s: %u alerts wait: the oldest are dropped",
		    WHO(c), c->queue.n);
}
