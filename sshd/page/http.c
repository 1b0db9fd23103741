#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <microhttpd.h>
#include <utlist.h>

#include "clock.h"
#include "guard.h"
#include "http.h"
#include "page.h"
#include "reply.h"
#include "request.h"
#include "route.h"
#include "target.h"

#define CONNECTIONS 64
#define CONNECTION_MEMORY 16384 /* bytes, of which headers have the half */
#define CONNECTION_GROWS 1024
#define IDLE 60 /* s between two requests, or two bytes */
#define REQUEST_TIME 30.0 /* s from a request's first line to its end */
#define SWEEP 5.0 /* s */
#define TURNS 8 /* of libmicrohttpd in a row */

struct http_visitor {
	int fd; /* libmicrohttpd's */
	double since; /* its request's first line, s; 0: none is read */
	struct http_visitor *prev, *next;
};

/* --- one request -------------------------------------------------------- */

static struct http_visitor *
http_visitor_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
	    connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info != NULL ? info->socket_context : NULL;
}

/* A request's first line: the target has not been decoded yet. */
static void *
http_begin(void *cls, const char *target, struct MHD_Connection *connection)
{
	struct http_visitor *v = http_visitor_of(connection);
	struct request *rq;

	if ((rq = calloc(1, sizeof(*rq))) == NULL)
		return NULL;
	rq->page = cls;
	rq->malformed = !target_valid(target);
	if (v != NULL)
		v->since = clock_now();
	return rq;
}

static void
http_completed(void *cls, struct MHD_Connection *connection, void **con_cls,
    enum MHD_RequestTerminationCode code)
{
	struct http_visitor *v = http_visitor_of(connection);
	struct request *rq = *con_cls;

	(void)cls;
	(void)code;
	if (v != NULL)
		v->since = 0;
	if (rq == NULL)
		return;
	if (rq->forget != NULL)
		rq->forget(rq);
	free(rq->body);
	free(rq);
	*con_cls = NULL;
}

/* Whether Content-Length says that the body is more than is taken. */
static bool
http_has_long_body(const struct request *rq)
{
	const char *text = request_header(rq, MHD_HTTP_HEADER_CONTENT_LENGTH);

	return text != NULL &&
	       strtoull(text, NULL, 10) > (rq->posts ? REQUEST_BODY : 0);
}

/* Check the headers.  A refusal is sent at once, before the body is read. */
static void
http_check(struct request *rq, const char *method)
{
	const char *why = NULL;
	unsigned int status;

	rq->posts = strcmp(method, MHD_HTTP_METHOD_POST) == 0;
	if (rq->malformed)
		reply_error(rq, MHD_HTTP_BAD_REQUEST, "not a path");
	else if ((status = guard_check(rq, &why)) != 0)
		reply_error(rq, status, why);
	else if (!rq->posts && strcmp(method, MHD_HTTP_METHOD_GET) != 0 &&
		 strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		reply_error(rq, MHD_HTTP_METHOD_NOT_ALLOWED,
		    "only GET, HEAD and POST are answered");
	else if ((status = route_find(rq)) == MHD_HTTP_NOT_FOUND)
		reply_error(rq, status, "no such page");
	else if (status != 0)
		reply_error(rq, status, "not by this method");
	else if (http_has_long_body(rq))
		reply_error(
		    rq, MHD_HTTP_CONTENT_TOO_LARGE, "the body is too long");
}

/*
 * Keep a part of the body.  One that is longer than its headers said ends the
 * connection, as no reply can be sent before it has come.
 */
static enum MHD_Result
http_take_body(struct request *rq, const char *bytes, size_t len)
{
	char *body;

	if (!rq->posts || len > REQUEST_BODY - rq->length ||
	    (body = realloc(rq->body, rq->length + len + 1)) == NULL)
		return MHD_NO;
	memcpy(body + rq->length, bytes, len);
	rq->body = body;
	rq->length += len;
	rq->body[rq->length] = '\0';
	return MHD_YES;
}

static enum MHD_Result
http_answer(void *cls, struct MHD_Connection *connection, const char *path,
    const char *method, const char *version, const char *bytes, size_t *len,
    void **con_cls)
{
	struct http_visitor *v = http_visitor_of(connection);
	struct request *rq = *con_cls;

	(void)cls;
	(void)version;
	if (rq == NULL)
		return MHD_NO;
	rq->path = path;
	if (rq->connection == NULL) {
		rq->connection = connection;
		http_check(rq, method);
	} else if (*len > 0) {
		if (!rq->replied && http_take_body(rq, bytes, *len) != MHD_YES)
			return MHD_NO;
		*len = 0;
	} else if (!rq->replied) {
		if (v != NULL)
			v->since = 0; /* it has come; what follows is ours */
		rq->route->handler(rq);
	}
	return MHD_YES;
}

/* --- connections -------------------------------------------------------- */

static void
http_connection(void *cls, struct MHD_Connection *connection, void **context,
    enum MHD_ConnectionNotificationCode code)
{
	struct page *p = cls;
	const union MHD_ConnectionInfo *info;
	struct http_visitor *v = *context;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (v != NULL)
			DL_DELETE(p->https, v);
		free(v);
		*context = NULL;
		return;
	}
	info = MHD_get_connection_info(
	    connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	if (info == NULL || (v = calloc(1, sizeof(*v))) == NULL)
		return;
	v->fd = info->connect_fd;
	DL_APPEND(p->https, v);
	*context = v;
}

/* A request that comes byte by byte is no reason to keep a connection. */
static void
on_sweep(struct ev_loop *loop, ev_timer *timer, int revents)
{
	struct page *p = timer->data;
	double before = clock_now() - REQUEST_TIME;
	struct http_visitor *v;

	(void)loop;
	(void)revents;
	DL_FOREACH(p->https, v)
		if (v->since != 0 && v->since < before)
			shutdown(v->fd, SHUT_RDWR);
}

static void
http_run(struct page *p)
{
	MHD_UNSIGNED_LONG_LONG ms = 0;
	bool timed;
	int i;

	for (i = 0; i < TURNS; i++) {
		MHD_run(p->http);
		timed = MHD_get_timeout(p->http, &ms) == MHD_YES;
		if (!timed || ms > 0)
			break;
	}
	ev_timer_stop(p->loop, &p->on_http_due);
	if (!timed)
		return;
	ev_timer_set(&p->on_http_due, (double)ms / 1000, 0);
	ev_timer_start(p->loop, &p->on_http_due);
}

static void
on_http(struct ev_loop *loop, ev_io *w, int revents)
{
	(void)loop;
	(void)revents;
	http_run(w->data);
}

static void
on_due(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)loop;
	(void)revents;
	http_run(w->data);
}

int
http_start(struct page *p)
{
	const union MHD_DaemonInfo *info;

	p->http = MHD_start_daemon(
	    MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME,
	    0, NULL, NULL, http_answer, p, MHD_OPTION_URI_LOG_CALLBACK,
	    http_begin, p, MHD_OPTION_NOTIFY_COMPLETED, http_completed, p,
	    MHD_OPTION_NOTIFY_CONNECTION, http_connection, p,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned int)CONNECTIONS,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
	    MHD_OPTION_CONNECTION_MEMORY_INCREMENT, (size_t)CONNECTION_GROWS,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)IDLE,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
	if (p->http == NULL || (info = MHD_get_daemon_info(
				    p->http, MHD_DAEMON_INFO_EPOLL_FD)) == NULL)
		return -1;
	ev_io_init(&p->on_http, on_http, info->epoll_fd, EV_READ);
	ev_timer_init(&p->on_http_due, on_due, 0, 0);
	ev_timer_init(&p->on_http_sweep, on_sweep, SWEEP, SWEEP);
	p->on_http.data = p->on_http_due.data = p->on_http_sweep.data = p;
	ev_io_start(p->loop, &p->on_http);
	ev_timer_start(p->loop, &p->on_http_sweep);
	return 0;
}

void
http_serve(struct page *p, int fd)
{
	const struct sockaddr_in here = {.sin_family = AF_INET};

	/* The address is for nothing; libmicrohttpd asks for one. */
	if (MHD_add_connection(p->http, fd, (const struct sockaddr *)&here,
		sizeof(here)) != MHD_YES)
		return; /* it has closed the descriptor */
	http_run(p);
}
