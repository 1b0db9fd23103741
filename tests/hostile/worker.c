/*
 * A worker that was taken over, in et-sshd-worker's place: it can send what it
 * likes on its two sockets.  Beside it stands a folder "plans" with a file for
 * each attack.  It takes the first by adding its process id to the name; when
 * there is none it becomes et-sshd-worker.real.  An attack goes on until et-sshd kills this process: an exit status is a failure.
 */
#include "config.h"

#include <unistd.h>

#include <openssl/rand.h>

#include "hostile.h"

#define PATIENCE 45 /* s that et-sshd may take to end this process */

static const struct attack *const subjects[] = {any_attacks, login_attacks,
    token_attacks, message_attacks, flood_attacks, jump_attacks,
    command_attacks, pool_attacks, forward_attacks};

int
main(int argc, char **argv)
{
	struct plan plan;

	(void)argc;
	find_folder();
	if (!find_plan(&plan))
		behave("et-sshd-worker.real", argv);
	alarm(PATIENCE);
	RAND_bytes(it.hash, sizeof(it.hash)); /* before there is one */
	wait_for(MSG_FD, MSG_SETUP);
	say_type(MSG_READY, 0);
	carry_out(subjects, sizeof(subjects) / sizeof(subjects[0]), &plan);
	for (;;)
		pause();
}
