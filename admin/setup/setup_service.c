#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "holder.h"
#include "setup_service.h"
#include "program.h"

#define UNIT "et-sshd"
#define SAID 8192 /* bytes of what a program says */

void
setup_service_accounts(void)
{
	static const char *const users[] = {
	    "systemd-sysusers", "et-phone-home.conf", NULL};
	static const char *const folders[] = {
	    "systemd-tmpfiles", "--create", "et-phone-home.conf", NULL};
	static const char *const *const each[] = {users, folders};
	char said[SAID];
	size_t i;

	for (i = 0; i < 2; i++)
		if (program_run(each[i], said, sizeof(said)) > 0)
			admin_note("%s %s: %s", each[i][0], each[i][1], said);
}

/* Where et-sshd is: beside this program.  false: it is not there. */
static bool
setup_service_program(char path[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 16);
	char *slash;

	path[n > 0 ? n : 0] = '\0';
	if ((slash = strrchr(path, '/')) == NULL)
		return false;
	memcpy(slash + 1, UNIT, sizeof(UNIT));
	return access(path, X_OK) == 0;
}

enum admin_exit
setup_service_check(const char *conf)
{
	char program[PATH_MAX], said[SAID];
	const char *const argv[] = {program, "-t", "-f", conf, NULL};
	int status;

	if (!setup_service_program(program))
		return ADMIN_DONE;
	if ((status = program_run(argv, said, sizeof(said))) == 0)
		return ADMIN_DONE;
	if (status == -1)
		return admin_fail("%s: %s", program, strerror(errno));
	fputs(said, stderr); /* et-sshd has made it fit for a terminal */
	return admin_fail("the server would not start with this configuration; "
			  "nothing was started");
}

/* systemctl VERB [OPTION] et-sshd.  The status of is-active and the like. */
static int
setup_service_ctl(const char *verb, const char *option, char said[SAID])
{
	const char *argv[] = {"systemctl", verb, option, UNIT, NULL};

	if (option == NULL) {
		argv[2] = UNIT;
		argv[3] = NULL;
	}
	*said = '\0';
	return program_run(argv, said, SAID);
}

/* Nothing that is seen to be another program's. */
static bool
setup_service_listens(uint32_t port)
{
	enum holder who = holder_of(port, NULL);

	return who == HOLDER_ET_SSHD || who == HOLDER_UNKNOWN;
}

static enum admin_exit
setup_service_systemd(struct admin *a, uint32_t port, bool changed)
{
	static const char *const reread[] = {
	    "systemctl", "daemon-reload", NULL};
	const char *verb = "start", *done = "started";
	char said[SAID];

	if (program_run(reread, said, sizeof(said)) != 0 ||
	    setup_service_ctl("enable", NULL, said) != 0) {
		said[strcspn(said, "\n")] = '\0';
		return admin_fail("systemctl enable " UNIT ": %s", said);
	}
	if (setup_service_ctl("is-active", "--quiet", said) == 0) {
		verb = changed ? "reload" : NULL;
		done = "reloaded";
		if (!setup_service_listens(port)) {
			verb = "restart";
			done = "restarted";
		}
	}
	if (verb != NULL && setup_service_ctl(verb, NULL, said) != 0)
		return admin_fail(
		    "the server was not %s; see journalctl -n 20 -u " UNIT,
		    done);
	output_line(a->out, "The server %s%s, and starts at each boot.",
	    verb == NULL ? "is running" : "was ", verb == NULL ? "" : done);
	return ADMIN_DONE;
}

enum admin_exit
setup_service_run(
    struct admin *a, const char *conf, bool system, uint32_t port, bool changed)
{
	if (system && access("/run/systemd/system", F_OK) == 0)
		return setup_service_systemd(a, port, changed);
	if (setup_service_listens(port))
		output_line(a->out, "The server is running.");
	else if (system)
		output_line(
		    a->out, "To start the server, run as root: et-sshd");
	else
		output_line(a->out,
		    "To start the server, run as root: et-sshd -f %s", conf);
	return ADMIN_DONE;
}
