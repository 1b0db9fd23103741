#include "config.h"

#include <sys/wait.h>

#include <unistd.h>

#include "apart.h"

static void
signals(sigset_t *set)
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

	signals(&set);
	sigprocmask(SIG_BLOCK, &set, &p->before);
	if ((p->pid = fork()) <= 0)
		sigprocmask(SIG_SETMASK, &p->before, NULL);
	return p->pid;
}

int
apart_wait(struct apart *p)
{
	siginfo_t info;
	sigset_t set;
	int status, sig;

	signals(&set);
	while (waitpid(p->pid, &status, WNOHANG) != p->pid) {
		sig = sigwaitinfo(&set, &info);
		if (sig > 0 && sig != SIGCHLD && info.si_code <= 0)
			kill(p->pid, sig);
	}
	sigprocmask(SIG_SETMASK, &p->before, NULL);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
