#include "config.h"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "filter.h"
#include "launcher.h"
#include "msg.h"

const char *const launcher_names[LAUNCH_ROLES] = {
    [LAUNCH_WORKER] = "et-sshd-worker",
    [LAUNCH_KEEPER] = "et-sshd-keeper",
    [LAUNCH_CONSOLE] = "et-sshd-console",
    [LAUNCH_PAGE] = "et-sshd-page",
    [LAUNCH_LINK] = "et-sshd-link",
};

static const enum account_kind kinds[LAUNCH_ROLES] = {
    [LAUNCH_WORKER] = ACCOUNT_WORKER,
    [LAUNCH_KEEPER] = ACCOUNT_KEEPER,
    [LAUNCH_CONSOLE] = ACCOUNT_CONSOLE,
    [LAUNCH_PAGE] = ACCOUNT_PAGE,
    [LAUNCH_LINK] = ACCOUNT_LINK,
};

/* What a keeper is told, before it is sealed, of what it has to reach. */
static const char *const reaches[] = {
    [STORE_REACH_FILES] = NULL,
    [STORE_REACH_TCP] = "tcp",
    [STORE_REACH_SOCKET] = "socket",
};

/* Change to a directory that stays empty, as it is removed at once. */
static int
enter_empty(void)
{
	char path[] = "/tmp/et-sshd.XXXXXX";
	int fd, r = -1;

	if (mkdtemp(path) == NULL)
		return -1;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd != -1 && fchmod(fd, 0555) == 0 && fchdir(fd) == 0)
		r = 0;
	if (rmdir(path) == -1)
		r = -1;
	if (fd != -1)
		close(fd);
	return r;
}

static void
child_exec(const struct launcher *l, enum launch_role role, int fd)
{
	/*
	 * glibc 2.36 copies from some KiB on with "rep movsb", which an AMD
	 * Zen 3 or 4 does twenty times slower where the two addresses lie a
	 * few bytes apart within their pages; later ones know.  A packet of
	 * libssh's is copied three times.
	 */
	static char copies[] = "GLIBC_TUNABLES="
			       "glibc.cpu.x86_rep_movsb_threshold=16777216";
	static char *const few[] = {copies, NULL};
	const struct account_id *owner = &l->account.of[ACCOUNT_KEEPER];
	char *argv[] = {
	    (char *)(uintptr_t)launcher_names[role], NULL, NULL, NULL};
	char uid[16], gid[16];
	const char *why;
	sigset_t set;
#ifdef SANITIZE
	char **env = environ;
#else
	char *const *env = few;
#endif

	(void)few;
	sigemptyset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	signal(SIGCHLD, SIG_DFL);
	if (fd == MSG_FD ? fcntl(fd, F_SETFD, 0) == -1 : dup2(fd, MSG_FD) == -1)
		_exit(126);
	if ((role == LAUNCH_CONSOLE || role == LAUNCH_PAGE) &&
	    !account_shared(&l->account, kinds[role])) {
		snprintf(argv[1] = uid, sizeof(uid), "%u", owner->uid);
		snprintf(argv[2] = gid, sizeof(gid), "%u", owner->gid);
	}
	if (role == LAUNCH_KEEPER)
		argv[1] = (char *)(uintptr_t)reaches[l->reach];
	why = privilege_child(&l->account, kinds[role]);
	if (why == NULL) {
		/* All other descriptors are close-on-exec. */
		execveat(l->binary[role], "", argv, env, AT_EMPTY_PATH);
		why = strerror(errno);
	}
	dprintf(STDERR_FILENO, "et-sshd: %s: %s\n", launcher_names[role], why);
	_exit(126);
}

static void
send_report(
    const struct launcher *l, uint32_t tag, pid_t pid, int exited, int status)
{
	struct launch_report r = {
	    .tag = tag, .pid = pid, .exited = exited, .status = status};

	/* May block.  If the monitor is gone the loop finds that out. */
	(void)!send(l->sock, &r, sizeof(r), MSG_NOSIGNAL);
}

static void
start_child(struct launcher *l, const struct launcher_request *rq, int fd)
{
	pid_t pid;
	int i;

	for (i = 0; i < LAUNCHER_CHILDREN && l->children[i].pid != 0; i++)
		;
	if (i == LAUNCHER_CHILDREN || rq->role >= LAUNCH_ROLES || fd == -1) {
		send_report(l, rq->tag, -1, 1, EAGAIN);
		return;
	}
	if ((pid = fork()) == 0)
		child_exec(l, rq->role, fd);
	if (pid == -1) {
		send_report(l, rq->tag, -1, 1, errno);
		return;
	}
	l->children[i].pid = pid;
	l->children[i].tag = rq->tag;
	send_report(l, rq->tag, pid, 0, 0);
}

static void
end_child(const struct launcher *l, uint32_t tag)
{
	int i;

	for (i = 0; i < LAUNCHER_CHILDREN; i++)
		if (l->children[i].pid != 0 && l->children[i].tag == tag)
			kill(l->children[i].pid, SIGKILL);
}

static void
reap_children(struct launcher *l)
{
	int i, status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (i = 0; i < LAUNCHER_CHILDREN; i++) {
			if (l->children[i].pid != pid)
				continue;
			send_report(l, l->children[i].tag, pid, 1, status);
			l->children[i].pid = 0;
		}
	}
}

/* Take a request and its descriptor.  Returns false: the monitor is gone. */
static bool
serve(struct launcher *l)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(sizeof(int))];
	} control;
	struct launcher_request rq;
	struct iovec iov = {.iov_base = &rq, .iov_len = sizeof(rq)};
	struct msghdr hdr = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = control.buf,
	    .msg_controllen = sizeof(control.buf)};
	struct cmsghdr *c;
	ssize_t n;
	int fd = -1;

	n = recvmsg(l->sock, &hdr, MSG_CMSG_CLOEXEC);
	if (n == -1)
		return errno == EINTR || errno == EAGAIN;
	if (n == 0)
		return false;
	c = CMSG_FIRSTHDR(&hdr);
	if (c != NULL && c->cmsg_level == SOL_SOCKET &&
	    c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	if (n == sizeof(rq) && rq.role == LAUNCHER_KILL)
		end_child(l, rq.tag);
	else if (n == sizeof(rq))
		start_child(l, &rq, fd);
	if (fd != -1)
		close(fd);
	return true;
}

static void
on_child(int sig)
{
	(void)sig; /* its only purpose: to interrupt ppoll */
}

static void
launcher_loop(struct launcher *l)
{
	struct sigaction sa = {.sa_handler = on_child};
	struct pollfd p = {.fd = l->sock, .events = POLLIN};
	sigset_t chld, open;

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, &open);
	sigdelset(&open, SIGCHLD);
	sigaction(SIGCHLD, &sa, NULL);
	for (;;) {
		reap_children(l);
		if (ppoll(&p, 1, NULL, &open) == 1 && !serve(l))
			return;
	}
}

/* Children exit as the monitor is gone; the keeper may still have to write. */
static void
await_children(struct launcher *l)
{
	struct timespec tick = {.tv_nsec = 10 * 1000 * 1000};
	int i, left, ticks = LAUNCH_FAREWELL * 100;

	do {
		reap_children(l);
		for (i = left = 0; i < LAUNCHER_CHILDREN; i++) {
			if (l->children[i].pid == 0)
				continue;
			left++;
			if (ticks == 0)
				kill(l->children[i].pid, SIGKILL);
		}
		if (left > 0)
			nanosleep(&tick, NULL);
	} while (left > 0 && ticks-- > 0);
}

void
launcher_main(struct launcher *l, const struct account *a)
{
	const char *why = NULL;

	prctl(PR_SET_NAME, "et-sshd-launch", 0, 0, 0);
	setsid(); /* a terminal's ^C is the monitor's */
	if (a->root ? enter_empty() == -1 : chdir("/") == -1)
		why = strerror(errno);
	if (why == NULL)
		why = privilege_launcher(a);
	if (why == NULL)
		why = filter_launcher(a, l->reach);
	if (why != NULL) {
		dprintf(STDERR_FILENO, "et-sshd: launcher: %s\n", why);
		_exit(1);
	}
	launcher_loop(l);
	await_children(l);
	_exit(0);
}
