#include "config.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <unistd.h>

#include "apart.h"

static void
apart_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGCHLD);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
}

pid_t
apart_fork(struct apart *p)
{
	sigset_t set;

	apart_signals(&set);
	sigprocmask(SIG_BLOCK, &set, &p->before);
	if ((p->pid = fork()) <= 0)
		sigprocmask(SIG_SETMASK, &p->before, NULL);
	return p->pid;
}

pid_t
apart_talk(struct apart *p, int *fd, int (*run)(int fd, const void *arg),
    const void *arg)
{
	int pair[2];

	*fd = p->pid = -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return -1;
	switch (apart_fork(p)) {
	case -1:
		close(pair[0]);
		break;
	case 0:
		close(pair[0]);
		signal(SIGPIPE, SIG_IGN);
		_exit(run(pair[1], arg));
	default:
		*fd = pair[0];
	}
	close(pair[1]);
	return p->pid;
}

int
apart_wait(struct apart *p)
{
	siginfo_t info;
	sigset_t set;
	int status, sig;

	apart_signals(&set);
	while (waitpid(p->pid, &status, WNOHANG) != p->pid) {
		sig = sigwaitinfo(&set, &info);
		if (sig > 0 && sig != SIGCHLD && info.si_code <= 0)
			kill(p->pid, sig);
	}
	sigprocmask(SIG_SETMASK, &p->before, NULL);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void
apart_end(struct apart *p, int *fd)
{
	if (*fd != -1)
		close(*fd);
	if (p->pid > 0)
		apart_wait(p);
	*fd = p->pid = -1;
}
