#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "clock.h"
#include "device_web.h"
#include "first_bytes.h"
#include "http.h"
#include "notice.h"
#include "page.h"
#include "visitor.h"

#define PATIENCE 10.0 /* s for the first bytes */
#define AGAIN 0.02 /* s until bytes that were looked at are looked at again */

struct visitor {
	struct page *page;
	int fd;
	double since;
	ev_io on_read;
	ev_timer on_time;
	struct visitor *prev, *next;
};

/* Stop waiting; the descriptor is returned, and the caller's. */
static int
visitor_leave(struct visitor *v)
{
	struct page *p = v->page;
	int fd = v->fd;

	ev_io_stop(p->loop, &v->on_read);
	ev_timer_stop(p->loop, &v->on_time);
	DL_DELETE(p->visitors, v);
	free(v);
	return fd;
}

/* Hand the visitor to whom its first bytes are for. */
static void
visitor_decide(struct visitor *v, const struct first_bytes *first)
{
	struct page *p = v->page;
	struct notice n = {.status = first->status,
	    .title = "Not a request for this page",
	    .text = first->why};
	int fd = visitor_leave(v);

	if (first->is == FIRST_PAGE)
		http_serve(p, fd);
	else if (first->is == FIRST_DEVICE)
		device_web_take(p, fd, first);
	else if (first->tls)
		notice_alert(fd, first->alert);
	else
		notice_send(fd, &n);
}

static void
visitor_look(struct visitor *v)
{
	static uint8_t bytes[FIRST_BYTES];
	struct first_bytes first;
	ssize_t n = recv(v->fd, bytes, sizeof(bytes), MSG_PEEK | MSG_DONTWAIT);

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		n = 0;
	else if (n <= 0) {
		close(visitor_leave(v));
		return;
	}
	first_bytes_read(bytes, (size_t)n, &first);
	if (first.is != FIRST_MORE) {
		visitor_decide(v, &first);
		return;
	}
	if (clock_now() - v->since > PATIENCE) {
		close(visitor_leave(v));
		return;
	}
	/* The stream stays readable, so a timer looks for more. */
	if (n > 0)
		ev_io_stop(v->page->loop, &v->on_read);
	ev_timer_set(&v->on_time, n > 0 ? AGAIN : PATIENCE, 0);
	ev_timer_start(v->page->loop, &v->on_time);
}

static void
on_read(struct ev_loop *loop, ev_io *w, int revents)
{
	struct visitor *v = w->data;

	(void)revents;
	ev_timer_stop(loop, &v->on_time);
	visitor_look(v);
}

static void
on_time(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)loop;
	(void)revents;
	visitor_look(w->data);
}

void
visitor_take(struct page *p, int fd)
{
	struct visitor *v;

	if (p->metrics) {
		http_serve(p, fd);
		return;
	}
	if ((v = calloc(1, sizeof(*v))) == NULL) {
		close(fd);
		return;
	}
	v->page = p;
	v->fd = fd;
	v->since = clock_now();
	ev_io_init(&v->on_read, on_read, fd, EV_READ);
	ev_timer_init(&v->on_time, on_time, PATIENCE, 0);
	v->on_read.data = v->on_time.data = v;
	DL_APPEND(p->visitors, v);
	ev_io_start(p->loop, &v->on_read);
	ev_timer_start(p->loop, &v->on_time);
}
