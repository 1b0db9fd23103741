/*
 * A page that was taken over, in et-sshd-page's place: it can send what it likes
 * to et-sshd.  The plan of its attack lies beside this program.  With a file
 * "behave" there it becomes et-sshd-page.real.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hostile.h"

#define PATIENCE 60 /* s that et-sshd may take to end this process */

static const struct attack *const subjects[] = {
    any_attacks, say_attacks, page_attacks};

uint64_t
in_state(const char *state)
{
	if (strcmp(state, "before") == 0)
		return 0;
	say_type(MSG_READY, 0);
	wait_for(MSG_FD, MSG_VISITOR);
	return 0;
}

void
make_good(struct msg *m, enum msg_type type)
{
	msg_init(m, type, 0);
	if (type != MSG_ACT)
		return;
	m->act.id = 1;
	snprintf(m->act.text, sizeof(m->act.text), "device disable good");
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
		behave("et-sshd-page.real", argv);
	alarm(PATIENCE);
	signal(SIGPIPE, SIG_IGN);
	wait_for(MSG_FD, MSG_PAGE);
	if (!find_plan(&plan))
		fail("no plan");
	carry_out(subjects, sizeof(subjects) / sizeof(subjects[0]), &plan);
	for (;;)
		pause();
}
