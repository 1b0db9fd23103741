#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "command.h"
#include "page.h"
#include "request.h"
#include "talk.h"

#define PATIENCE 60.0 /* s for a command */

static struct command *
command_find(const struct page *p, uint32_t id)
{
	struct command *c;

	DL_SEARCH_SCALAR(p->commands, c, id, id);
	return c;
}

static void
stream_close(struct command_stream *s)
{
	if (s->fd == -1)
		return;
	ev_io_stop(s->command->page->loop, &s->on_read);
	close(s->fd);
	s->fd = -1;
}

/* Tell the monitor how much was read: the command is over. */
static void
command_hang_up(const struct command *c)
{
	struct msg m;

	msg_init(&m, MSG_HUNG_UP, 0);
	m.hung_up.id = c->id;
	m.hung_up.bytes_out = c->out.bytes + c->err.bytes;
	talk_say(c->page, &m);
}

static void
command_finish(struct command *c)
{
	stream_close(&c->out);
	stream_close(&c->err);
	ev_timer_stop(c->page->loop, &c->on_late);
	command_hang_up(c);
	c->done = true;
	request_resume(c->request);
}

static void
command_check_done(struct command *c)
{
	if (!c->done && c->ended && c->out.fd == -1 && c->err.fd == -1)
		command_finish(c);
}

/* --- its output ----------------------------------------------------------- */

static void
stream_keep(struct command_stream *s, const char *bytes, size_t len)
{
	char *text;

	s->bytes += len;
	if (len > COMMAND_OUTPUT - s->len)
		len = COMMAND_OUTPUT - s->len;
	if (len == 0 || (text = realloc(s->text, s->len + len + 1)) == NULL)
		return;
	memcpy(text + s->len, bytes, len);
	s->text = text;
	s->len += len;
	s->text[s->len] = '\0';
}

static void
on_output(struct ev_loop *loop, ev_io *w, int revents)
{
	struct command_stream *s = w->data;
	char bytes[4096];
	ssize_t n = recv(s->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	(void)loop;
	(void)revents;
	if (n > 0)
		stream_keep(s, bytes, (size_t)n);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		stream_close(s);
		command_check_done(s->command);
	}
}

void
command_hear_stream(struct page *p, int fd)
{
	struct command *c = command_find(p, p->in.stream.id);
	struct command_stream *s;

	if (fd < 0)
		return;
	s = c == NULL			       ? NULL
	    : p->in.stream.which == STREAM_ERR ? &c->err
					       : &c->out;
	if (s == NULL || c->done || s->fd != -1) {
		close(fd);
		return;
	}
	c->started = true;
	s->fd = fd;
	if (s == &c->out)
		shutdown(fd, SHUT_WR); /* nothing is written to a command */
	ev_io_init(&s->on_read, on_output, fd, EV_READ);
	s->on_read.data = s;
	ev_io_start(p->loop, &s->on_read);
}

/* --- its beginning and its end -------------------------------------------- */

void
command_hear_end(struct page *p, int fd)
{
	struct command *c = command_find(p, p->in.commanded.id);

	(void)fd;
	if (c == NULL || c->ended)
		return;
	c->ended = true;
	c->status = p->in.commanded.status;
	memcpy(c->refused, p->in.commanded.refused, sizeof(c->refused));
	command_check_done(c);
}

static void
on_late(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct command *c = w->data;

	(void)loop;
	(void)revents;
	c->late = true;
	command_finish(c);
}

static void
stream_init(struct command *c, struct command_stream *s)
{
	s->command = c;
	s->fd = -1;
}

static void
command_say(const struct command *c, const char *key, const char *text)
{
	struct msg m;

	msg_init(&m, MSG_ACT, 0);
	m.act.id = c->id;
	snprintf(m.act.key, sizeof(m.act.key), "%s", key);
	snprintf(m.act.text, sizeof(m.act.text), "%s", text);
	talk_say(c->page, &m);
	explicit_bzero(&m.act.key, sizeof(m.act.key));
}

struct command *
command_start(
    struct request *rq, const char *key, const char text[MSG_COMMAND_TEXT])
{
	struct page *p = rq->page;
	struct command *c;
	int n;

	DL_COUNT(p->commands, c, n);
	if (n >= COMMANDS || (c = calloc(1, sizeof(*c))) == NULL)
		return NULL;
	c->page = p;
	c->request = rq;
	c->id = ++p->last_id;
	stream_init(c, &c->out);
	stream_init(c, &c->err);
	DL_APPEND(p->commands, c);
	ev_timer_init(&c->on_late, on_late, PATIENCE, 0);
	c->on_late.data = c;
	ev_timer_start(p->loop, &c->on_late);
	command_say(c, key, text);
	request_pause(rq);
	return c;
}

void
command_free(struct command *c)
{
	if (c == NULL)
		return;
	DL_DELETE(c->page->commands, c);
	stream_close(&c->out);
	stream_close(&c->err);
	ev_timer_stop(c->page->loop, &c->on_late);
	free(c->out.text);
	free(c->err.text);
	free(c);
}
