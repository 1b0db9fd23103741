/*
 * Whether another process has written.  A change is notified; that is a hint,
 * and the last change's number says it for sure.  What is no change, as a poll,
 * is not notified: those who look on, other than servers, look at times.
 */
#include "config.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

#include <unistd.h>

#include "store_pgsql.h"

#define LOOK_MS 500

static void
watch_close(struct pgsql *q)
{
	if (q->wake != -1)
		close(q->wake);
	if (q->timer != -1)
		close(q->timer);
	close(q->watch);
	q->watch = q->wake = q->timer = -1;
}

int
pgsql_watch(struct store *s)
{
	static const struct itimerspec often = {
	    .it_interval.tv_nsec = LOOK_MS * 1000000,
	    .it_value.tv_nsec = LOOK_MS * 1000000};
	struct pgsql *q = s->db;
	bool looks = !(s->flags & STORE_SERVER);

	if (q->watch != -1)
		return q->watch;
	if (pgsql_ready(s) != STORE_OK ||
	    (q->watch = epoll_create1(EPOLL_CLOEXEC)) == -1)
		return -1;
	q->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (looks)
		q->timer =
		    timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (!pgsql_watch_add(q, q->wake) ||
	    (looks && (!pgsql_watch_add(q, q->timer) ||
			  timerfd_settime(q->timer, 0, &often, NULL) == -1)) ||
	    pgsql_listen(s) != STORE_OK)
		watch_close(q);
	return q->watch;
}

void
pgsql_watch_drain(struct store *s)
{
	struct pgsql *q = s->db;
	uint64_t times;

	if (q->db != NULL && !PQconsumeInput(q->db))
		pgsql_lost(s, PQerrorMessage(q->db));
	pgsql_notices(q);
	if (q->db != NULL && q->ended)
		pgsql_lost(s, "it stops");
	/* Nothing to be read is as good. */
	if ((q->wake != -1 && read(q->wake, &times, sizeof(times)) == -1) ||
	    (q->timer != -1 && read(q->timer, &times, sizeof(times)) == -1))
		return;
}

enum store_result
pgsql_changed(struct store *s, bool *changed)
{
	struct pgsql *q = s->db;
	enum store_result r;
	int64_t seq, now = pgsql_now();

	if ((r = pgsql_ready(s)) != STORE_OK ||
	    (r = pgsql_number(s, "SELECT " PGSQL_LAST_CHANGE, &seq)) !=
		STORE_OK)
		return r;
	*changed = q->notified || seq != q->seen ||
		   (!(s->flags & STORE_SERVER) && now - q->looked >= LOOK_MS);
	q->notified = false;
	q->seen = seq;
	if (*changed)
		q->looked = now;
	return STORE_OK;
}
