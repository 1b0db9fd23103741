#include "config.h"

#include <sys/prctl.h>
#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attempt.h"
#include "launcher.h"
#include "say.h"

#define REQUEST_MOST (160 * 1024) /* bytes; a summary has some 60 KiB */

/* Ends with its parent, of which the descriptor tells if it is gone already. */
static void
launcher_follow_parent(int fd)
{
	char byte;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
		_exit(0);
}

static void
launcher_attempt(
    const struct conf *conf, const char *request, size_t n, int answer)
{
	json_t *json = json_loadb(request, n, 0, NULL), *alert = NULL;
	const struct receiver *r = NULL;
	const char *name = NULL;
	struct result result;

	if (json_unpack(
		json, "{s:s, s:o}", "receiver", &name, "alert", &alert) == 0)
		r = conf_receiver(conf, name);
	if (r == NULL)
		_exit(1);
	attempt_make(r, alert, &result);
	attempt_write(answer, &result);
	_exit(0);
}

/* Returns the length of a request, 0 at the end. */
static size_t
launcher_receive(int fd, char *request, int *answer)
{
	char control[CMSG_SPACE(sizeof(int))] __attribute__((aligned(8)));
	struct iovec iov = {.iov_base = request, .iov_len = REQUEST_MOST};
	struct msghdr msg = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = control,
	    .msg_controllen = sizeof(control)};
	struct cmsghdr *c;
	ssize_t n;

	*answer = -1;
	while (
	    (n = recvmsg(fd, &msg, MSG_CMSG_CLOEXEC)) == -1 && errno == EINTR)
		;
	c = n > 0 ? CMSG_FIRSTHDR(&msg) : NULL;
	if (c != NULL && c->cmsg_level == SOL_SOCKET &&
	    c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(answer, CMSG_DATA(c), sizeof(int));
	return n > 0 ? (size_t)n : 0;
}

static void
launcher_run(const struct conf *conf, int fd)
{
	char *request = malloc(REQUEST_MOST);
	int answer;
	size_t n;

	launcher_follow_parent(fd);
	/* Attempts are not waited for: their pipe tells of their end. */
	(void)signal(SIGCHLD, SIG_IGN);
	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGINT, SIG_IGN);
	while (request != NULL &&
	       (n = launcher_receive(fd, request, &answer)) > 0) {
		if (answer != -1 && fork() == 0) {
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
			close(fd);
			(void)signal(SIGCHLD, SIG_DFL);
			(void)signal(SIGINT, SIG_DFL);
			launcher_attempt(conf, request, n, answer);
		}
		if (answer != -1)
			close(answer);
	}
	_exit(0);
}

int
launcher_start(const struct conf *conf)
{
	int fd[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd) == -1 ||
	    (pid = fork()) == -1) {
		say_error("cannot start: %s", strerror(errno));
		return -1;
	}
	if (pid == 0) {
		close(fd[0]);
		launcher_run(conf, fd[1]);
	}
	close(fd[1]);
	(void)fcntl(fd[0], F_SETFL, O_NONBLOCK);
	return fd[0];
}

static int
launcher_send(int launcher, const char *request, int answer)
{
	char control[CMSG_SPACE(sizeof(int))] __attribute__((aligned(8))) = {0};
	struct iovec iov = {
	    .iov_base = (void *)(uintptr_t)request, .iov_len = strlen(request)};
	struct msghdr msg = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = control,
	    .msg_controllen = sizeof(control)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &answer, sizeof(int));
	return sendmsg(launcher, &msg, MSG_NOSIGNAL) == -1 ? -1 : 0;
}

int
launcher_ask(int launcher, const struct receiver *r, const json_t *alert)
{
	json_t *json =
	    json_pack("{s:s, s:O}", "receiver", r->name, "alert", alert);
	char *request = json_dumps(json, JSON_COMPACT);
	int fd[2] = {-1, -1}, failure = ENOMEM;

	json_decref(json);
	if (request != NULL && pipe2(fd, O_CLOEXEC | O_NONBLOCK) == -1)
		failure = errno;
	else if (request != NULL) {
		failure =
		    launcher_send(launcher, request, fd[1]) == 0 ? 0 : errno;
		close(fd[1]);
	}
	free(request);
	if (failure == 0)
		return fd[0];
	if (fd[0] != -1)
		close(fd[0]);
	errno = failure;
	return -1;
}
