#include "config.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "msg.h"

#define HEAD offsetof(struct msg, setup)

/* Text fields of a message must end within themselves. */
struct text {
	uint16_t offset;
	uint16_t size;
};
#define TEXTS 6
#define TEXT(body, field)                                           \
	{                                                           \
		(uint16_t)(offsetof(struct msg, body.field)),       \
		    (uint16_t)sizeof(((struct msg *)0)->body.field) \
	}
#define BODY(body) (HEAD + sizeof(((struct msg *)0)->body))

static const struct shape {
	const char *name;
	size_t size;
	int fd; /* a descriptor comes: 0: never, 1: always, 2: maybe */
	struct text texts[TEXTS]; /* the text fields, of the first record */
} shapes[MSG_TYPES] = {
    [MSG_SETUP] = {"SETUP", BODY(setup), 1, {{0, 0}}},
    [MSG_HOSTKEY] = {"HOSTKEY", BODY(hostkey), 0, {TEXT(hostkey, type)}},
    [MSG_SIGN] = {"SIGN", BODY(sign), 0, {TEXT(sign, algorithm)}},
    [MSG_SIGNED] = {"SIGNED", BODY(signature), 0, {{0, 0}}},
    [MSG_CONN] = {"CONN", BODY(conn_new), 1, {{0, 0}}},
    [MSG_CLOSE] = {"CLOSE", BODY(close), 0, {TEXT(close, reason)}},
    [MSG_VERDICT] = {"VERDICT", BODY(verdict), 0, {{0, 0}}},
    [MSG_INBOX] = {"INBOX", BODY(inbox), 0, {{0, 0}}},
    [MSG_WANTED] = {"WANTED", BODY(wanted), 0, {{0, 0}}},
    [MSG_HINTS] = {"HINTS", BODY(hints), 0, {TEXT(hints, text)}},
    [MSG_LISTENING] = {"LISTENING", BODY(listening), 0, {{0, 0}}},
    [MSG_ACCEPTED] = {"ACCEPTED", BODY(accepted), 1, {TEXT(accepted, addr)}},
    [MSG_REACHED] = {"REACHED", BODY(reached), 2, {TEXT(reached, refused)}},
    [MSG_JOIN] = {"JOIN", BODY(join), 2, {{0, 0}}},
    [MSG_JUMP_CLOSE] = {"JUMP_CLOSE", BODY(jump_close), 0, {{0, 0}}},
    [MSG_FILE] = {"FILE", BODY(file), 2, {{0, 0}}},
    [MSG_UNLISTEN] = {"UNLISTEN", BODY(port), 0, {{0, 0}}},
    [MSG_DRAIN] = {"DRAIN", HEAD, 0, {{0, 0}}},
    [MSG_PING] = {"PING", HEAD, 0, {{0, 0}}},
    [MSG_PONG] = {"PONG", HEAD, 0, {{0, 0}}},
    [MSG_READY] = {"READY", BODY(ready), 0,
	{TEXT(ready, libssh), TEXT(ready, kex)}},
    [MSG_LOGIN] = {"LOGIN", BODY(login), 0,
	{TEXT(login, user), TEXT(login, algorithm), TEXT(login, client),
	    TEXT(login, kex), TEXT(login, cipher)}},
    [MSG_POLL] = {"POLL", BODY(poll), 0, {TEXT(poll, health)}},
    [MSG_WAIT] = {"WAIT", BODY(poll), 0, {TEXT(poll, health)}},
    [MSG_FETCH] = {"FETCH", HEAD, 0, {{0, 0}}},
    [MSG_LISTEN] = {"LISTEN", BODY(port), 0, {{0, 0}}},
    [MSG_CANCEL] = {"CANCEL", BODY(port), 0, {{0, 0}}},
    [MSG_REFUSED] = {"REFUSED", BODY(refused), 0,
	{TEXT(refused, what), TEXT(refused, detail)}},
    [MSG_BRIDGE_CLOSE] = {"BRIDGE_CLOSE", BODY(bridge), 0,
	{TEXT(bridge, reason)}},
    [MSG_REACH] = {"REACH", BODY(reach), 0, {TEXT(reach, name)}},
    [MSG_JOINED] = {"JOINED", BODY(joined), 0, {{0, 0}}},
    [MSG_JUMP_CLOSED] = {"JUMP_CLOSED", BODY(bridge), 0,
	{TEXT(bridge, reason)}},
    [MSG_HUNG_UP] = {"HUNG_UP", BODY(hung_up), 0, {{0, 0}}},
    [MSG_STREAM] = {"STREAM", BODY(stream), 1, {{0, 0}}},
    [MSG_COMMAND] = {"COMMAND", BODY(command), 0, {TEXT(command, text)}},
    [MSG_COMMANDED] = {"COMMANDED", BODY(commanded), 0,
	{TEXT(commanded, refused)}},
    [MSG_FORWARD_REQUEST] = {"FORWARD_REQUEST", BODY(forward_request), 0,
	{TEXT(forward_request, who)}},
    [MSG_FORWARD_RESULT] = {"FORWARD_RESULT", BODY(forward_result), 0,
	{TEXT(forward_result, refused)}},
    [MSG_BYE] = {"BYE", BODY(bye), 0, {TEXT(bye, reason)}},
    [MSG_TOKEN] = {"TOKEN", BODY(token), 0,
	{TEXT(token, text), TEXT(token, client), TEXT(token, kex),
	    TEXT(token, cipher)}},
    [MSG_ENROLL] = {"ENROLL", BODY(enroll), 0,
	{TEXT(enroll, name), TEXT(enroll, key)}},
    [MSG_ENROLLED] = {"ENROLLED", BODY(enrolled), 0,
	{TEXT(enrolled, name), TEXT(enrolled, refused)}},
    [MSG_STORE_OPEN] = {"STORE_OPEN", BODY(store_open), 0,
	{TEXT(store_open, url), TEXT(store_open, node),
	    TEXT(store_open, listen), TEXT(store_open, relay),
	    TEXT(store_open, version), TEXT(store_open, hostkeys)}},
    [MSG_HEARTBEAT] = {"HEARTBEAT", BODY(heartbeat), 0,
	{TEXT(heartbeat, addr), TEXT(heartbeat, client),
	    TEXT(heartbeat, health)}},
    [MSG_SESSION] = {"SESSION", BODY(session), 0,
	{TEXT(session, addr), TEXT(session, client), TEXT(session, ports),
	    TEXT(session, standing)}},
    [MSG_SESSION_END] = {"SESSION_END", BODY(session_end), 0, {{0, 0}}},
    [MSG_FORWARD_STATE] = {"FORWARD_STATE", BODY(forward_state), 0,
	{TEXT(forward_state, reason)}},
    [MSG_VIRTUAL_FORWARD] = {"VIRTUAL_FORWARD", BODY(virtual_forward), 0,
	{TEXT(virtual_forward, reason)}},
    [MSG_APPLIED] = {"APPLIED", BODY(seq), 0, {{0, 0}}},
    [MSG_STATUS] = {"STATUS", BODY(status), 0, {TEXT(status, json)}},
    [MSG_DUPLICATE_KEY] = {"DUPLICATE_KEY", BODY(duplicate_key), 0,
	{TEXT(duplicate_key, places)}},
    [MSG_REFUSAL] = {"REFUSAL", BODY(refusal), 0,
	{TEXT(refusal, addr), TEXT(refusal, reason)}},
    [MSG_PRESENCE] = {"PRESENCE", BODY(presence), 0, {{0, 0}}},
    [MSG_ALERT] = {"ALERT", BODY(alert), 0,
	{TEXT(alert, id), TEXT(alert, subject), TEXT(alert, tag),
	    TEXT(alert, summary), TEXT(alert, devices), TEXT(alert, missing)}},
    [MSG_MUTE] = {"MUTE", BODY(mute), 0, {TEXT(mute, target)}},
    [MSG_BOUND] = {"BOUND", BODY(bound), 0,
	{TEXT(bound, text), TEXT(bound, tag)}},
    [MSG_ALERT_TEST] = {"ALERT_TEST", HEAD, 0, {{0, 0}}},
    [MSG_ENDS] = {"ENDS", BODY(ends), 0, {TEXT(ends, name)}},
    [MSG_DEVICE] = {"DEVICE", BODY(devices), 0,
	{TEXT(devices, list[0].name), TEXT(devices, list[0].alias),
	    TEXT(devices, list[0].tags), TEXT(devices, list[0].addr)}},
    [MSG_KEY_OF] = {"KEY_OF", BODY(keys), 0, {{0, 0}}},
    [MSG_PERMIT] = {"PERMIT", BODY(permit), 0, {TEXT(permit, tag)}},
    [MSG_FORWARD] = {"FORWARD", BODY(forward), 0,
	{TEXT(forward, owner), TEXT(forward, node)}},
    [MSG_OPERATOR] = {"OPERATOR", BODY(oper), 0,
	{TEXT(oper, name), TEXT(oper, grants)}},
    [MSG_TOKENS] = {"TOKENS", BODY(tokens), 0, {{0, 0}}},
    [MSG_TOKEN_IS] = {"TOKEN_IS", BODY(token_is), 0, {TEXT(token_is, reason)}},
    [MSG_GONE] = {"GONE", BODY(gone), 0, {{0, 0}}},
    [MSG_KILL] = {"KILL", BODY(kill), 0, {{0, 0}}},
    [MSG_PENALTY] = {"PENALTY", BODY(penalty), 0, {TEXT(penalty, addr)}},
    [MSG_ADMIN] = {"ADMIN", BODY(admin), 0,
	{TEXT(admin, who), TEXT(admin, what)}},
    [MSG_LOADING] = {"LOADING", HEAD, 0, {{0, 0}}},
    [MSG_LOADED] = {"LOADED", BODY(seq), 0, {{0, 0}}},
    [MSG_CHANGED] = {"CHANGED", BODY(seq), 0, {{0, 0}}},
    [MSG_STORE_STATE] = {"STORE_STATE", BODY(store_state), 0,
	{TEXT(store_state, reason)}},
    [MSG_PAGE] = {"PAGE", BODY(page), 0, {{0, 0}}},
    [MSG_VISITOR] = {"VISITOR", BODY(visitor), 1, {{0, 0}}},
    [MSG_EVENT] = {"EVENT", BODY(event), 0, {TEXT(event, line)}},
    [MSG_EVENTS] = {"EVENTS", BODY(events), 0, {{0, 0}}},
    [MSG_ACT] = {"ACT", BODY(act), 0, {TEXT(act, key), TEXT(act, text)}},
    [MSG_PAGE_KEY] = {"PAGE_KEY", BODY(page_key), 0, {TEXT(page_key, key)}},
    [MSG_PASTE] = {"PASTE", BODY(paste), 0,
	{TEXT(paste, server), TEXT(paste, installer), TEXT(paste, keys)}},
    [MSG_NODE] = {"NODE", BODY(node), 0,
	{TEXT(node, name), TEXT(node, addr), TEXT(node, version)}},
    [MSG_WISH] = {"WISH", BODY(wish), 0, {TEXT(wish, node)}},
    [MSG_TICKETED] = {"TICKETED", BODY(ticketed), 0, {TEXT(ticketed, reason)}},
    [MSG_LEAD] = {"LEAD", BODY(lead), 0, {{0, 0}}},
    [MSG_SEEN] = {"SEEN", BODY(seen), 0, {{0, 0}}},
    [MSG_TUNNEL] = {"TUNNEL", BODY(tunnel), 0, {TEXT(tunnel, node)}},
    [MSG_TICKET] = {"TICKET", BODY(ticket), 0,
	{TEXT(ticket, addr), TEXT(ticket, asker), TEXT(ticket, node)}},
    [MSG_LINK_SETUP] = {"LINK_SETUP", BODY(link_setup), 0, {{0, 0}}},
    [MSG_LINK_DIAL] = {"LINK_DIAL", BODY(link_key), 1, {{0, 0}}},
    [MSG_LINK_ACCEPT] = {"LINK_ACCEPT", BODY(link), 1, {{0, 0}}},
    [MSG_LINK_KEY] = {"LINK_KEY", BODY(link_key), 0, {{0, 0}}},
    [MSG_LINK_STREAM] = {"LINK_STREAM", BODY(link), 1, {{0, 0}}},
    [MSG_LINK_END] = {"LINK_END", BODY(link_answer), 0, {{0, 0}}},
    [MSG_LINK_ASK] = {"LINK_ASK", BODY(link), 0, {{0, 0}}},
    [MSG_LINK_OPEN] = {"LINK_OPEN", BODY(link), 0, {{0, 0}}},
    [MSG_LINK_ANSWER] = {"LINK_ANSWER", BODY(link_answer), 0, {{0, 0}}},
    [MSG_LINK_CLOSED] = {"LINK_CLOSED", BODY(link_closed), 0,
	{TEXT(link_closed, reason)}},
};

/*
 * The offset of the field with their number in a message of several records,
 * and the greatest number.
 */
#define SEVERAL(body, list)                                            \
	{                                                              \
		(uint16_t)(offsetof(struct msg, body.n)),              \
		    (uint16_t)sizeof(((struct msg *)0)->body.list[0]), \
		    sizeof(((struct msg *)0)->body.list) /             \
			sizeof(((struct msg *)0)->body.list[0])        \
	}

static const struct several {
	uint16_t n; /* offset of the number */
	uint16_t size; /* size of a record */
	uint32_t most; /* 0: the message is one record */
} severals[MSG_TYPES] = {
    [MSG_INBOX] = SEVERAL(inbox, forwards),
    [MSG_DEVICE] = SEVERAL(devices, list),
    [MSG_KEY_OF] = SEVERAL(keys, list),
    [MSG_SEEN] = SEVERAL(seen, list),
};

size_t
msg_size(uint32_t type)
{
	return type < MSG_TYPES ? shapes[type].size : 0;
}

const char *
msg_name(uint32_t type)
{
	return msg_size(type) > 0 ? shapes[type].name : "?";
}

void
msg_init(struct msg *m, enum msg_type type, uint64_t conn)
{
	memset(m, 0, msg_size(type));
	m->type = type;
	m->conn = conn;
}

/*
 * Take the descriptors out of a control message: the first into *fd, any other
 * (a message may carry one) is closed.  Returns how many came.
 */
static int
take_fds(struct msghdr *hdr, int *fd)
{
	struct cmsghdr *c;
	int got = 0, one;
	size_t i, n;

	for (c = CMSG_FIRSTHDR(hdr); c != NULL; c = CMSG_NXTHDR(hdr, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < n; i++) {
			memcpy(
			    &one, CMSG_DATA(c) + i * sizeof(int), sizeof(one));
			if (got++ == 0)
				*fd = one;
			else
				close(one);
		}
	}
	return got;
}

static bool
texts_end(const struct text *texts, const char *at)
{
	int i;

	for (i = 0; i < TEXTS && texts[i].size > 0; i++)
		if (memchr(at + texts[i].offset, '\0', texts[i].size) == NULL)
			return false;
	return true;
}

static const char *
wrong_records(const struct msg *m)
{
	const struct several *s = &severals[m->type];
	const char *at = (const char *)m;
	uint32_t i, n = 1;

	if (s->most > 0) {
		memcpy(&n, at + s->n, sizeof(n));
		if (n > s->most)
			return "too many records";
	}
	for (i = 0; i < n; i++)
		if (!texts_end(shapes[m->type].texts, at + i * s->size))
			return "unterminated text";
	return NULL;
}

static const char *
msg_wrong(const struct msg *m, size_t len, int flags, int nfds)
{
	const struct shape *s;
	bool lost;

	if (len < HEAD || m->type >= MSG_TYPES || shapes[m->type].size == 0)
		return "no such message";
	s = &shapes[m->type];
	if (len != s->size || (flags & MSG_TRUNC))
		return "wrong size";
	lost = nfds == 0 && (flags & MSG_CTRUNC);
	if (nfds > 1 || (nfds == 1 && (flags & MSG_CTRUNC)) ||
	    (nfds + lost == 1 && s->fd == 0))
		return "unexpected descriptor";
	if (nfds + lost == 0 && s->fd == 1)
		return "missing descriptor";
	return wrong_records(m);
}

enum msg_result
msg_recv(int sock, struct msg *m, int *fd, const char **reason)
{
	/* Room for a second descriptor, so that it is seen and closed. */
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(2 * sizeof(int))];
	} control;
	struct iovec iov = {.iov_base = m, .iov_len = sizeof(*m)};
	struct msghdr hdr = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = control.buf,
	    .msg_controllen = sizeof(control.buf)};
	ssize_t n;
	int nfds;

	*fd = -1;
	*reason = NULL;
	m->type = 0; /* A datagram that is too short has no type. */
	do
		n = recvmsg(sock, &hdr, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return errno == EAGAIN || errno == EWOULDBLOCK ? MSG_AGAIN
							       : MSG_EOF;
	/* Descriptors may even come with an empty datagram. */
	nfds = take_fds(&hdr, fd);
	if (n > 0)
		*reason = msg_wrong(m, (size_t)n, hdr.msg_flags, nfds);
	if (n > 0 && *reason == NULL) {
		if (hdr.msg_flags & MSG_CTRUNC)
			*fd = MSG_FD_LOST;
		return MSG_OK;
	}
	if (*fd != -1)
		close(*fd);
	*fd = -1;
	return n == 0 ? MSG_EOF : MSG_BAD;
}

struct item {
	struct item *next;
	size_t len;
	int fd;
	char bytes[];
};

struct msgq {
	int sock;
	size_t limit;
	size_t pending;
	size_t descriptors;
	struct item *first;
	struct item **last;
};

struct msgq *
msgq_new(int sock, size_t limit)
{
	struct msgq *q;

	if ((q = calloc(1, sizeof(*q))) == NULL)
		return NULL;
	q->sock = sock;
	q->limit = limit;
	q->last = &q->first;
	return q;
}

static void
drop_first(struct msgq *q)
{
	struct item *it = q->first;

	q->first = it->next;
	if (q->first == NULL)
		q->last = &q->first;
	q->pending -= it->len;
	if (it->fd != -1) {
		q->descriptors--;
		close(it->fd);
	}
	free(it);
}

void
msgq_free(struct msgq *q)
{
	if (q == NULL)
		return;
	while (q->first != NULL)
		drop_first(q);
	free(q);
}

size_t
msgq_pending(const struct msgq *q)
{
	return q->pending;
}

size_t
msgq_descriptors(const struct msgq *q)
{
	return q->descriptors;
}

static enum msg_result
send_now(int sock, const void *bytes, size_t len, int fd)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(sizeof(int))];
	} control = {.buf = {0}};
	struct iovec iov = {
	    .iov_base = (void *)(uintptr_t)bytes, .iov_len = len};
	struct msghdr hdr = {.msg_iov = &iov, .msg_iovlen = 1};
	struct cmsghdr *c;
	ssize_t n;

	if (fd != -1) {
		hdr.msg_control = control.buf;
		hdr.msg_controllen = sizeof(control.buf);
		c = CMSG_FIRSTHDR(&hdr);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	}
	do
		n = sendmsg(sock, &hdr, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n == -1 && errno == EINTR);
	if (n != -1)
		return MSG_OK;
	/*
	 * ETOOMANYREFS, ENOBUFS, ENOMEM: the kernel lacks room, the peer is not
	 * at fault.
	 */
	if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS ||
	    errno == ENOMEM || errno == ETOOMANYREFS)
		return MSG_AGAIN;
	return MSG_EOF;
}

static enum msg_result
msgq_queue(struct msgq *q, const struct msg *m, size_t len, int fd)
{
	struct item *it;

	if (q->pending + len > q->limit ||
	    (it = malloc(sizeof(*it) + len)) == NULL)
		return MSG_EOF;
	it->next = NULL;
	it->len = len;
	it->fd = -1;
	if (fd != -1 && (it->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0)) == -1) {
		free(it);
		return MSG_EOF;
	}
	memcpy(it->bytes, m, len);
	*q->last = it;
	q->last = &it->next;
	q->pending += len;
	q->descriptors += it->fd != -1;
	return MSG_OK;
}

enum msg_result
msgq_send(struct msgq *q, const struct msg *m, int fd)
{
	size_t len = msg_size(m->type);
	enum msg_result r;

	if (q->first == NULL) {
		r = send_now(q->sock, m, len, fd);
		if (r != MSG_AGAIN)
			return r;
	}
	return msgq_queue(q, m, len, fd);
}

enum msg_result
msgq_flush(struct msgq *q)
{
	enum msg_result r;

	while (q->first != NULL) {
		r = send_now(
		    q->sock, q->first->bytes, q->first->len, q->first->fd);
		if (r == MSG_AGAIN)
			return MSG_OK;
		if (r != MSG_OK)
			return r;
		drop_first(q);
	}
	return MSG_OK;
}
