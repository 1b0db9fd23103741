#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "clock.h"
#include "feed.h"
#include "page.h"
#include "request.h"
#include "talk.h"

#define AGAIN 0.5 /* s from an answer without lines to the next question */
#define MORE 0.1 /* s from one with lines that were not wanted, or not enough */

static void
feed_ask(const struct feed *f)
{
	struct msg m;

	msg_init(&m, MSG_EVENTS, 0);
	m.events.id = f->id;
	m.events.polls = f->polls;
	m.events.after = f->seq;
	talk_say(f->page, &m);
}

static void
on_again(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)loop;
	(void)revents;
	feed_ask(w->data);
}

struct feed *
feed_start(struct request *rq, const struct feed *want)
{
	struct page *p = rq->page;
	struct feed *f;
	int n;

	DL_COUNT(p->feeds, f, n);
	if (n >= FEEDS || (f = malloc(sizeof(*f))) == NULL)
		return NULL;
	*f = *want;
	f->page = p;
	f->request = rq;
	f->id = ++p->last_id;
	f->events = json_array();
	ev_timer_init(&f->on_again, on_again, AGAIN, 0);
	f->on_again.data = f;
	DL_APPEND(p->feeds, f);
	feed_ask(f);
	request_pause(rq);
	return f;
}

void
feed_free(struct feed *f)
{
	if (f == NULL)
		return;
	DL_DELETE(f->page->feeds, f);
	ev_timer_stop(f->page->loop, &f->on_again);
	json_decref(f->events);
	free(f);
}

static bool
feed_wants(const struct feed *f, const json_t *line)
{
	const char *device = json_string_value(json_object_get(line, "device"));
	const char *event = json_string_value(json_object_get(line, "event"));

	if (f->device != NULL &&
	    (device == NULL || strcmp(device, f->device) != 0))
		return false;
	return f->type == NULL ||
	       (event != NULL && strncmp(event, f->type, strlen(f->type)) == 0);
}

static void
feed_take(struct feed *f, uint64_t seq, const char *text)
{
	json_t *line = json_loads(text, 0, NULL);

	if (line == NULL || !feed_wants(f, line)) {
		json_decref(line);
		return;
	}
	json_object_set_new(line, "seq", json_integer((json_int_t)seq));
	json_array_append_new(f->events, line);
}

/* An answer is complete: the request is replied to, or the monitor asked. */
static void
feed_answered(struct feed *f)
{
	size_t n = json_array_size(f->events);

	if (n >= f->limit || (!f->any && n > 0) || clock_now() >= f->until) {
		request_resume(f->request);
		return;
	}
	ev_timer_set(&f->on_again, f->any ? MORE : AGAIN, 0);
	ev_timer_start(f->page->loop, &f->on_again);
	f->any = false;
}

void
feed_hear(struct page *p, int fd)
{
	const struct msg_event *m = &p->in.event;
	struct feed *f;

	(void)fd;
	DL_SEARCH_SCALAR(p->feeds, f, id, m->id);
	if (f == NULL || !f->request->paused)
		return;
	f->lost = f->lost || m->lost != 0;
	/* Lines past the limit are asked for again by the next request. */
	if (json_array_size(f->events) < f->limit) {
		f->seq = m->seq;
		if (m->line[0] != '\0')
			feed_take(f, m->seq, m->line);
	}
	f->any = f->any || m->more != 0;
	if (!m->more)
		feed_answered(f);
}
