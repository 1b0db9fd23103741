/*
 * et-sshd-worker: SSH for many connections in one sealed process.  et-sshd
 * starts it with its socketpair as descriptor MSG_FD; it has no arguments.
 */
#include "config.h"

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "loop.h"
#include "msg.h"
#include "setup.h"

/* The monitor ended while the worker started: nobody reads a message. */
static bool
monitor_gone(void)
{
	struct pollfd p = {.fd = MSG_FD};

	return poll(&p, 1, 0) == 1 && (p.revents & POLLHUP);
}

int
main(void)
{
	struct worker *w;
	const char *reason = "out of memory";
	int status = EXIT_FAILURE;

	w = loop_new(MSG_FD);
	if (w == NULL || (reason = setup_worker(w)) != NULL) {
		if (!monitor_gone())
			fprintf(stderr, "et-sshd-worker: %s\n", reason);
		goto out;
	}
	status = loop_run(w);
out:
	loop_free(w);
	return status;
}
