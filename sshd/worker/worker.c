#include "config.h"

#include <sys/epoll.h>

#include <malloc.h>

#include "worker.h"

#define TRIM_AFTER 256 /* connections */

void
worker_stop(struct worker *w, int status)
{
	w->status = status;
	ev_break(w->loop, EVBREAK_ALL);
}

void
worker_flush_later(struct worker *w)
{
	ev_io_start(w->loop, &w->writable);
}

void
worker_forget(struct worker *w, int fd)
{
	struct epoll_event none = {.events = 0};

	epoll_ctl(w->epoll, EPOLL_CTL_DEL, fd, &none);
}

void
worker_ended(struct worker *w)
{
	w->open--;
	/* malloc keeps freed memory in small pieces until malloc_trim. */
	if (++w->ended >= TRIM_AFTER && w->ended >= w->open) {
		w->ended = 0;
		malloc_trim(0);
	}
	if (w->draining && w->open == 0)
		worker_stop(w, 0);
}
