#include "config.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "keeper_child.h"
#include "unit.h"

double
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static void
exec_keeper(int sock)
{
	if (sock != MSG_FD && dup2(sock, MSG_FD) == -1)
		_exit(126);
	/* What it may reach: files alone, or the ports of the URL, too. */
	execl(KEEPER, KEEPER, getenv("ETPH_PGSQL") != NULL ? "tcp" : NULL,
	    (char *)NULL);
	_exit(127);
}

void
child_start(struct child *c)
{
	int pair[2];

	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	assert_int_not_equal(c->pid = fork(), -1);
	if (c->pid == 0)
		exec_keeper(pair[1]);
	close(pair[1]);
	c->sock = pair[0];
}

void
child_send(struct child *c)
{
	size_t len = msg_size(c->m.type);

	assert_int_equal(send(c->sock, &c->m, len, MSG_NOSIGNAL), len);
}

int
child_reap(struct child *c)
{
	int status;

	assert_int_equal(waitpid(c->pid, &status, 0), c->pid);
	return status;
}

void
child_token(struct child *c, uint64_t conn, const char *text)
{
	msg_init(&c->m, MSG_TOKEN, conn);
	snprintf(c->m.token.text, sizeof(c->m.token.text), "%s", text);
	child_send(c);
}

void
child_stop(struct child *c)
{
	int status;

	close(c->sock);
	status = child_reap(c);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

void
child_open_make(struct child *c, const char *url)
{
	msg_init(&c->m, MSG_STORE_OPEN, 0);
	snprintf(c->m.store_open.url, sizeof(c->m.store_open.url), "%s", url);
	snprintf(c->m.store_open.node, sizeof(c->m.store_open.node), NODE);
	c->m.store_open.pid = (uint32_t)getpid();
}

void
child_open(struct child *c, const char *url)
{
	child_open_make(c, url);
	child_send(c);
}

uint32_t
child_next(struct child *c, double ms)
{
	struct pollfd p = {.fd = c->sock, .events = POLLIN};
	const char *reason;
	int fd;

	if (poll(&p, 1, ms > 0 ? (int)ms : 0) != 1)
		return 0;
	assert_int_equal(msg_recv(c->sock, &c->m, &fd, &reason), MSG_OK);
	return c->m.type;
}

void
child_expect(struct child *c, uint32_t type)
{
	double until = now_ms() + PATIENCE;
	uint32_t got;

	while ((got = child_next(c, until - now_ms())) != type) {
		if (got == MSG_STORE_STATE)
			assert_string_equal(c->m.store_state.reason, "");
		else if (got != MSG_TOKENS)
			break;
	}
	if (got != type)
		fail_msg("%s came, not %s", msg_name(got), msg_name(type));
}

void
child_load(struct child *c, const struct place *p)
{
	child_start(c);
	child_open(c, p->url);
	child_expect(c, MSG_STORE_STATE);
	assert_string_equal(c->m.store_state.reason, "");
	assert_true(c->m.store_state.ok);
}
