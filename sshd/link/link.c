#include "config.h"

#include <sys/epoll.h>

#include <unistd.h>
#include <utlist.h>

#include "link.h"
#include "stream.h"

void
link_stop(struct link *l, int status)
{
	l->status = status;
	ev_break(l->loop, EVBREAK_ALL);
}

void
link_due(struct link *l, struct stream *s)
{
	if (s->due)
		return;
	s->due = true;
	DL_APPEND2(l->due, s, due_prev, due_next);
}

void
link_undue(struct link *l, struct stream *s)
{
	if (!s->due)
		return;
	s->due = false;
	DL_DELETE2(l->due, s, due_prev, due_next);
}

void
link_close(struct link *l, int fd)
{
	struct epoll_event none = {.events = 0};

	if (fd < 0)
		return;
	epoll_ctl(l->epoll, EPOLL_CTL_DEL, fd, &none);
	close(fd);
}
