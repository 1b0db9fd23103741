#include "config.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "member.h"
#include "member_wire.h"

/* Returns the number of words, or -1: the text is not that of member_ask. */
static int
take_words(char *text, size_t len, char *argv[MEMBER_WORDS + 1])
{
	int n = 0;
	size_t at;

	if (len == 0 || text[len - 1] != '\0')
		return -1;
	for (at = 0; at < len; at += strlen(text + at) + 1) {
		if (n == MEMBER_WORDS)
			return -1;
		argv[n++] = text + at;
	}
	argv[n] = NULL;
	return n;
}

/* The descriptors of a packet; all others of it are closed. */
static int
take_streams(struct msghdr *msg, int streams[MEMBER_STREAMS])
{
	struct cmsghdr *c = CMSG_FIRSTHDR(msg);
	int fd;
	size_t n, i;

	if (c == NULL || c->cmsg_level != SOL_SOCKET ||
	    c->cmsg_type != SCM_RIGHTS)
		return -1;
	n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(fd);
	if (n == MEMBER_STREAMS && (msg->msg_flags & MSG_CTRUNC) == 0) {
		memcpy(streams, CMSG_DATA(c), sizeof(fd) * n);
		return 0;
	}
	for (i = 0; i < n; i++) {
		memcpy(&fd, CMSG_DATA(c) + i * sizeof(fd), sizeof(fd));
		close(fd);
	}
	return -1;
}

/* Bytes of words, or -1. */
static ssize_t
member_receive(int sock, char text[MEMBER_TEXT], int streams[MEMBER_STREAMS])
{
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(MEMBER_STREAMS * sizeof(int))];
	} control;
	struct iovec iov = {.iov_base = text, .iov_len = MEMBER_TEXT};
	struct msghdr msg = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = control.space,
	    .msg_controllen = sizeof(control.space)};
	ssize_t n;

	while (
	    (n = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC)) == -1 && errno == EINTR)
		;
	if (n == -1 || take_streams(&msg, streams) == -1)
		return -1;
	return (msg.msg_flags & MSG_TRUNC) == 0 ? n : -1;
}

static int
name_member(int sock, char login[DEVICE_NAME])
{
	struct ucred who;
	socklen_t len = sizeof(who);
	const struct passwd *pw;

	if (getsockopt(sock, SOL_SOCKET, SO_PEERCRED, &who, &len) == -1)
		return -1;
	if ((pw = getpwuid(who.uid)) != NULL)
		snprintf(login, DEVICE_NAME, "%s", pw->pw_name);
	else
		snprintf(login, DEVICE_NAME, "uid-%u", (unsigned)who.uid);
	return 0;
}

/* Until the child has ended; a member who leaves sooner ends it with this. */
static void __attribute__((noreturn))
member_attend(int sock, int child_gone, pid_t pid)
{
	struct pollfd p[] = {{.fd = sock, .events = POLLIN},
	    {.fd = child_gone, .events = POLLIN}};
	member_status say;
	int status = 0;

	while (poll(p, 2, -1) == -1 && errno == EINTR)
		;
	if (p[1].revents == 0)
		_exit(EXIT_SUCCESS); /* systemd ends the child */
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	say = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	send(sock, &say, sizeof(say), MSG_NOSIGNAL);
	_exit(EXIT_SUCCESS);
}

static int
member_wear(const int streams[MEMBER_STREAMS])
{
	int i;

	for (i = 0; i < MEMBER_STREAMS; i++)
		if (dup2(streams[i], i) == -1)
			return -1;
	for (i = 0; i < MEMBER_STREAMS; i++)
		close(streams[i]);
	return 0;
}

enum admin_exit
member_serve(int *argc, char ***argv, char login[DEVICE_NAME])
{
	static char text[MEMBER_TEXT], *words[MEMBER_WORDS + 1];
	int streams[MEMBER_STREAMS], gone[2];
	ssize_t len;
	pid_t pid;

	if ((len = member_receive(STDIN_FILENO, text, streams)) == -1 ||
	    name_member(STDIN_FILENO, login) == -1)
		return admin_usage(MEMBER_SERVE " is only for systemd");
	if (pipe2(gone, O_CLOEXEC) == -1 || (pid = fork()) == -1)
		return admin_fail(
		    "cannot start a process: %s", strerror(errno));
	if (pid > 0) {
		close(gone[1]);
		member_attend(STDIN_FILENO, gone[0], pid);
	}
	close(gone[0]);
	if (member_wear(streams) == -1)
		return admin_fail(
		    "no standard streams received: %s", strerror(errno));
	if ((*argc = take_words(text, (size_t)len, words)) < 1)
		return admin_usage("too many arguments");
	*argv = words;
	return ADMIN_DONE;
}
