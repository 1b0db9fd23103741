/*
 * A console that was taken over, in et-sshd-console's place: it can send what
 * it likes to et-sshd.  The operator writes the plan of its attack, a line, into
 * the command's stdin, which a console has before it says READY.  With a file
 * "behave" beside this program it becomes et-sshd-console.real.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hostile.h"

#define PATIENCE 60 /* s that et-sshd may take to end this process */

static const struct attack *const subjects[] = {
    any_attacks, say_attacks, console_attacks};

static void
hear_plan(struct plan *plan)
{
	char line[512];
	size_t n = 0;

	do
		if (n + 1 >= sizeof(line) ||
		    read(it.streams[0], line + n, 1) != 1)
			fail("no plan");
	while (line[n++] != '\n');
	line[n] = '\0';
	if (!read_plan(plan, line))
		fail("%s: not a plan", line);
}

/* An FORWARD_REQUEST that is refused, and its answer. */
static void
order_in_vain(void)
{
	struct msg m;

	make_good(&m, MSG_FORWARD_REQUEST);
	m.forward_request.device = NOBODYS;
	say(&m);
	wait_for(MSG_FD, MSG_FORWARD_RESULT);
}

uint64_t
in_state(const char *state)
{
	struct msg m;

	if (strcmp(state, "before") == 0)
		return 0;
	say_type(MSG_READY, 0);
	wait_for(MSG_FD, MSG_COMMAND);
	if (strcmp(state, "answered") == 0)
		order_in_vain();
	if (strcmp(state, "ordered") == 0) {
		make_good(&m, MSG_FORWARD_REQUEST);
		say(&m); /* the keeper is made to stand still */
	}
	if (strcmp(state, "closed") == 0) {
		close(it.streams[0]);
		close(it.streams[1]);
	}
	return 0;
}

void
make_good(struct msg *m, enum msg_type type)
{
	msg_init(m, type, 0);
	if (type != MSG_FORWARD_REQUEST)
		return;
	m->forward_request.what = REQUEST_OPEN;
	m->forward_request.device = 1;
	m->forward_request.dport = 22;
	m->forward_request.sport = 20000;
}

int
main(int argc, char **argv)
{
	char path[PATH_MAX + 16];
	struct plan plan;

	(void)argc;
	find_folder();
	snprintf(path, sizeof(path), "%s/behave", it.folder);
	if (access(path, F_OK) == 0)
		behave("et-sshd-console.real", argv);
	alarm(PATIENCE);
	signal(SIGPIPE, SIG_IGN);
	wait_for(MSG_FD, MSG_STREAM);
	wait_for(MSG_FD, MSG_STREAM);
	hear_plan(&plan);
	carry_out(subjects, sizeof(subjects) / sizeof(subjects[0]), &plan);
	for (;;)
		pause();
}
