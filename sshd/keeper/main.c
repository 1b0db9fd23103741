/*
 * et-sshd-keeper: started by et-sshd, never by hand.
 */
#include "config.h"

#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter.h"
#include "keeper.h"
#include "store.h"

/* Check MSG_FD: only et-sshd starts this program with such a socket. */
static int
check_socket(void)
{
	socklen_t len = sizeof(int);
	int type = 0;

	if (getsockopt(MSG_FD, SOL_SOCKET, SO_TYPE, &type, &len) == -1 ||
	    type != SOCK_SEQPACKET)
		return -1;
	if (fcntl(MSG_FD, F_SETFD, FD_CLOEXEC) == -1)
		return -1;
	return fcntl(MSG_FD, F_SETFL, O_NONBLOCK);
}

static int
drop_capabilities(void)
{
	cap_t none;
	cap_value_t c;
	int r;

	/*
	 * Without CAP_SETPCAP the bounding set holds no more than the permitted
	 * set.
	 */
	for (c = 0; c < cap_max_bits(); c++)
		if (cap_get_bound(c) == 1)
			cap_drop_bound(c);
	cap_reset_ambient();
	if ((none = cap_init()) == NULL)
		return -1;
	r = cap_set_proc(none);
	cap_free(none);
	return r;
}

static const char *
main_harden(enum store_reach reach)
{
	const struct rlimit zero = {0, 0};

	umask(077);
#ifndef SANITIZE
	/*
	 * The sanitizer's leak checker reads the process's memory by ptrace(2).
	 */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1)
		return strerror(errno);
#endif
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    setrlimit(RLIMIT_CORE, &zero) == -1 || drop_capabilities() == -1)
		return strerror(errno);
	return filter_enter(reach);
}

/*
 * The keeper ends when the monitor does, after its last messages: a signal to
 * the whole process group must not end it before.
 */
static void
ignore_signals(void)
{
	static const int signals[] = {SIGHUP, SIGINT, SIGTERM, SIGPIPE};
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_IGN);
}

/* The argument, if there is one, says what the store needs.  0, or -1. */
static int
main_reach(int argc, char *argv[], enum store_reach *reach)
{
	*reach = STORE_REACH_FILES;
	if (argc == 2 && strcmp(argv[1], "tcp") == 0)
		*reach = STORE_REACH_TCP;
	else if (argc == 2 && strcmp(argv[1], "socket") == 0)
		*reach = STORE_REACH_SOCKET;
	else
		return argc == 1 ? 0 : -1;
	return 0;
}

int
main(int argc, char *argv[])
{
	char error[STORE_ERROR];
	enum store_reach reach;
	const char *why;

	if (main_reach(argc, argv, &reach) == -1 || check_socket() == -1) {
		fprintf(stderr,
		    "et-sshd-keeper: started by et-sshd, never by hand\n");
		return 2;
	}
	ignore_signals();
	if (reach != STORE_REACH_FILES &&
	    store_load("postgresql:", error) != STORE_OK) {
		fprintf(stderr, "et-sshd-keeper: %s\n", error);
		return 1;
	}
	if ((why = main_harden(reach)) != NULL) {
		fprintf(stderr, "et-sshd-keeper: %s\n", why);
		return 1;
	}
	return keeper_run(MSG_FD) == 0 ? 0 : 1;
}
