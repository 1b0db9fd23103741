#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "device_notice.h"
#include "device_web.h"
#include "first_bytes.h"
#include "notice.h"
#include "page.h"
#include "relay.h"
#include "talk.h"

#define FIRST_WAIT 1.0 /* s until a person gets the notice */
#define NEXT_WAIT 8.0 /* s, of one who has seen it */
#define LOOK 1.0 /* s between looks whether a visitor is still there */
#define KEPT 90.0 /* s for a person to come back */

#define ALERT_ACCESS_DENIED 49 /* RFC 8446, section 6.2 */

struct visit {
	struct page *page;
	uint32_t id; /* of its REACH */
	struct site site;
	bool tls;
	bool navigation;
	struct request_watch watch;
	int fd; /* the visitor's; -1: has the notice, and may come back */
	int device; /* reached while fd is -1; or -1 */
	bool answered; /* the monitor has answered */
	char refused[MSG_TEXT]; /* its reason, while fd is -1; or "" */
	double waits; /* s left until the notice */
	ev_timer timer;
	struct relay *relay; /* NULL until both are there */
	struct visit *prev, *next;
};

static void
visit_free(struct visit *v)
{
	ev_timer_stop(v->page->loop, &v->timer);
	DL_DELETE(v->page->visits, v);
	relay_free(v->relay);
	if (v->fd != -1)
		close(v->fd);
	if (v->device != -1)
		close(v->device);
	free(v);
}

/* Tell the monitor that the visit is over; it ends the jump, if there is one. */
static void
visit_tell_closed(const struct visit *v, const char *reason)
{
	struct msg msg;

	msg_init(&msg, MSG_JUMP_CLOSED, 0);
	msg.bridge.id = v->id;
	if (v->relay != NULL) {
		msg.bridge.bytes_in = relay_bytes_in(v->relay);
		msg.bridge.bytes_out = relay_bytes_out(v->relay);
	}
	snprintf(msg.bridge.reason, sizeof(msg.bridge.reason), "%s", reason);
	talk_say(v->page, &msg);
}

static void
visit_over(struct visit *v, const char *reason)
{
	visit_tell_closed(v, reason);
	visit_free(v);
}

static void
visit_ask(struct visit *v)
{
	struct msg msg;

	v->id = ++v->page->last_visit;
	v->answered = false;
	msg_init(&msg, MSG_REACH, 0);
	msg.reach.id = v->id;
	msg.reach.port = v->site.port;
	snprintf(msg.reach.name, sizeof(msg.reach.name), "%s", v->site.name);
	talk_say(v->page, &msg);
}

/* --- a visitor who waits --------------------------------------------------- */

static void
visit_wait(struct visit *v, double s)
{
	ev_timer_stop(v->page->loop, &v->timer);
	ev_timer_set(&v->timer, s, 0);
	ev_timer_start(v->page->loop, &v->timer);
}

/*
 * The first bytes are left in the stream: poll(2) alone tells of its end.  Of a
 * browser that has closed its connection ssh(1) tells no more than that nothing
 * follows; no browser goes on to wait for an answer after that.
 */
static bool
visitor_is_gone(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLRDHUP};

	return poll(&p, 1, 0) == 1 &&
	       (p.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

static void
visit_notice(struct visit *v)
{
	int fd = v->fd;

	v->fd = -1;
	device_notice_waiting(v->page, fd, &v->site);
	visit_wait(v, KEPT);
}

static void
on_time(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct visit *v = timer->data;

	(void)loop;
	(void)events;
	if (v->fd == -1 || visitor_is_gone(v->fd)) {
		visit_over(v, "closed by the operator");
		return;
	}
	v->waits -= LOOK;
	if (v->navigation && v->waits <= 0)
		visit_notice(v);
	else
		visit_wait(v, LOOK);
}

/* --- a visitor who has reached the device ---------------------------------- */

static void
on_ended(void *arg, const char *reason)
{
	visit_over(arg, reason);
}

static void
visit_join(struct visit *v)
{
	const struct relay_use use = {.loop = v->page->loop,
	    .visitor = v->fd,
	    .device = v->device,
	    .watch = v->watch,
	    .ended = on_ended,
	    .arg = v};

	ev_timer_stop(v->page->loop, &v->timer);
	if ((v->relay = relay_start(&use)) == NULL) {
		visit_over(v, "out of memory");
		return;
	}
	v->fd = v->device = -1;
}

/* Answer the visitor that the device is not reached, and free the visit. */
static void
visit_refuse(struct visit *v, const char *why)
{
	int fd = v->fd;

	v->fd = -1;
	if (v->tls)
		notice_alert(fd, ALERT_ACCESS_DENIED);
	else
		device_notice_refused(v->page, fd, &v->site, why);
	visit_free(v);
}

static struct visit *
visit_find(const struct page *p, uint32_t id)
{
	struct visit *v;

	DL_FOREACH(p->visits, v)
		if (v->id == id && !v->answered)
			return v;
	return NULL;
}

/* The one of this site whose person is to come back, or NULL. */
static struct visit *
visit_find_left(const struct page *p, const struct site *site)
{
	struct visit *v;

	DL_FOREACH(p->visits, v)
		if (v->relay == NULL && v->fd == -1 &&
		    v->site.port == site->port &&
		    strcmp(v->site.name, site->name) == 0)
			return v;
	return NULL;
}

void
device_web_reached(struct page *p, int fd)
{
	const struct msg_reached *r = &p->in.reached;
	struct visit *v = visit_find(p, r->id);

	if (v == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	v->answered = true;
	if (r->ok && fd < 0) {
		visit_tell_closed(v, "no descriptor");
		snprintf(v->refused, sizeof(v->refused), "%s",
		    "too many connections at once");
	} else if (r->ok)
		v->device = fd;
	else
		snprintf(v->refused, sizeof(v->refused), "%s", r->refused);
	if (v->fd == -1)
		return; /* until the person comes back, or the timer is due */
	if (v->device != -1)
		visit_join(v);
	else
		visit_refuse(v, v->refused);
}

/* --- a new visitor --------------------------------------------------------- */

/* Has the device, which waited for the person, closed its end? */
static bool
device_has_closed(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* The person is back: go on with the visit that was left. */
static void
visit_resume(struct visit *v, int fd)
{
	v->fd = fd;
	v->waits = NEXT_WAIT;
	if (v->device != -1 && device_has_closed(v->device)) {
		visit_tell_closed(v, "closed");
		close(v->device);
		v->device = -1;
		visit_ask(v);
	}
	if (v->device != -1)
		visit_join(v);
	else if (v->refused[0] != '\0')
		visit_refuse(v, v->refused);
	else
		visit_wait(v, LOOK);
}

static bool
device_web_is_full(const struct page *p)
{
	unsigned int all = 0, waiting = 0;
	const struct visit *v;

	DL_FOREACH(p->visits, v) {
		all++;
		waiting += v->relay == NULL;
	}
	return all >= DEVICE_WEB_VISITS || waiting >= DEVICE_WEB_WAITING;
}

void
device_web_take(struct page *p, int fd, const struct first_bytes *first)
{
	struct visit *v = NULL;

	if (first->navigation &&
	    (v = visit_find_left(p, &first->site)) != NULL) {
		visit_resume(v, fd);
		return;
	}
	if (device_web_is_full(p) || (v = calloc(1, sizeof(*v))) == NULL) {
		if (first->tls)
			notice_alert(fd, ALERT_ACCESS_DENIED);
		else
			device_notice_full(fd);
		return;
	}
	v->page = p;
	v->site = first->site;
	v->tls = first->tls;
	v->navigation = first->navigation;
	request_watch_start(&v->watch, first);
	v->fd = fd;
	v->device = -1;
	v->waits = FIRST_WAIT;
	ev_timer_init(&v->timer, on_time, 0, 0);
	v->timer.data = v;
	DL_APPEND(p->visits, v);
	visit_ask(v);
	visit_wait(v, LOOK);
}
