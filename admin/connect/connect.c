/*
 * et-admin connect: ssh to a device from the server itself, as an operator does
 * it from elsewhere.  For the time of it there is an operator for that port of
 * that device, with a key that is nowhere but in memory, so nothing is bound,
 * and no other user of this machine gets anywhere.
 */
#include "config.h"

#include <sys/random.h>
#include <sys/wait.h>

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apart.h"
#include "connect.h"
#include "hostpub.h"
#include "passkey.h"

#define SSH_PORT 22
#define HOSTKEYS 16
#define MORE 256 /* words of ssh's that follow the ID */

struct connect {
	struct admin *admin;
	struct connect_ask ask;
	bool plain; /* the port itself on stdin and stdout */
	char key[PASSKEY_PATH];
	char known[PASSKEY_PATH];
	int key_fd, known_fd;
};

/* ---- what needs the user who called ---- */

static enum admin_exit
make_operator(struct connect *c)
{
	struct oper *op = &c->ask.oper;
	unsigned char random[4];

	if (passkey_make(&op->key, c->key, &c->key_fd) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return admin_fail(
		    "cannot get random numbers: %s", strerror(errno));
	snprintf(op->name, sizeof(op->name), "connect-%02x%02x%02x%02x",
	    random[0], random[1], random[2], random[3]);
	return ADMIN_DONE;
}

static enum admin_exit
pin_server(struct connect *c)
{
	char *line[HOSTKEYS], text[HOSTKEYS * 1200];
	enum admin_exit result;
	size_t len = 0;
	int i, n;

	result = hostpub_find(c->admin, line, HOSTKEYS, &n);
	for (i = 0; i < n; i++) {
		if (len + strlen(line[i]) + 16 < sizeof(text))
			len += (size_t)snprintf(text + len, sizeof(text) - len,
			    "et-sshd %s\n", line[i]);
		free(line[i]);
	}
	if (result != ADMIN_DONE)
		return result;
	c->known_fd = passkey_file(text, len, c->known);
	return c->known_fd != -1 ? ADMIN_DONE
				 : admin_fail("cannot create a memory file: %s",
				       strerror(errno));
}

/* ---- the process with the store ---- */

static int
exit_of(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return ADMIN_FAILED;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/*
 * The store's owner wrote what the way is made of: none of it is text that
 * somebody else reads in another way.
 */
static bool
check_way(const struct connect_way *way, struct connect_ssh *ssh)
{
	const struct sockaddr *sa = (const struct sockaddr *)&way->server;
	bool v6 = sa->sa_family == AF_INET6;

	if (memchr(way->device, '\0', sizeof(way->device)) == NULL ||
	    !device_name_valid(way->device) ||
	    (!v6 && sa->sa_family != AF_INET) ||
	    getnameinfo(sa,
		v6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in),
		ssh->host, sizeof(ssh->host), ssh->port, sizeof(ssh->port),
		NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return false;
	memcpy(ssh->device, way->device, sizeof(ssh->device));
	return true;
}

/* ---- ssh ---- */

static bool
names_key(char **words)
{
	for (; *words != NULL; words++)
		if (strncmp(*words, "-i", 2) == 0)
			return true;
	return false;
}

/* People who came by sudo have keys of their own, which root's ssh does not use. */
static void
note_keys(const struct connect *c, const struct connect_ssh *ssh, char **more)
{
	const struct passwd *pw;
	bool other = strcmp(c->admin->login, "root") != 0;

	if (getuid() != 0 || names_key(more) || (pw = getpwuid(0)) == NULL)
		return;
	admin_note("ssh logs in to %s with this machine's root keys, from "
		   "%s/.ssh%s%s%s; -i FILE after the ID selects another key",
	    ssh->device, pw->pw_dir,
	    getenv("SSH_AUTH_SOCK") != NULL ? " and the agent" : "",
	    other ? ", not those of " : "", other ? c->admin->login : "");
}

/* Returns the exit status of ssh. */
static int
run_ssh(struct connect *c, const struct connect_ssh *ssh, char **more)
{
	int proxy = c->plain ? -1 : connect_ssh_proxy(ssh);
	struct apart child;
	pid_t pid;

	if (!c->plain && proxy == -1)
		return (int)admin_fail(
		    "cannot create a memory file: %s", strerror(errno));
	if (!c->plain)
		note_keys(c, ssh, more);
	if ((pid = apart_fork(&child)) == 0) {
		if (c->plain)
			connect_ssh_port(ssh);
		connect_ssh_device(ssh, proxy, more);
	}
	if (proxy != -1 && pid == -1)
		close(proxy);
	if (pid == -1)
		return (int)admin_fail(
		    "cannot start a process: %s", strerror(errno));
	return apart_wait(&child);
}

static int
connect_attend(struct connect *c, int sock, pid_t pid, char **more)
{
	struct connect_ssh ssh = {.et_admin = getpid(),
	    .dport = c->ask.dport,
	    .oper = c->ask.oper.name,
	    .key = c->key,
	    .known = c->known};
	struct connect_way way;
	ssize_t n;
	int status;

	while ((n = recv(sock, &way, sizeof(way), 0)) == -1 && errno == EINTR)
		;
	if (n != sizeof(way)) {
		close(sock);
		status = exit_of(pid);
		return status != ADMIN_DONE ? status : ADMIN_FAILED;
	}
	if (check_way(&way, &ssh))
		status = run_ssh(c, &ssh, more);
	else
		status = (int)admin_fail(
		    "cannot read from the store how to reach the device");
	close(sock);
	exit_of(pid);
	return status;
}

static int
connect_apart(struct connect *c, char **more)
{
	int sock[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sock) == -1)
		return (int)admin_fail(
		    "cannot create a socket: %s", strerror(errno));
	if ((pid = fork()) == 0) {
		close(sock[0]);
		close(c->key_fd);
		close(c->known_fd);
		c->key_fd = c->known_fd = -1;
		return (int)connect_store(c->admin, &c->ask, sock[1]);
	}
	close(sock[1]);
	if (pid != -1)
		return connect_attend(c, sock[0], pid, more);
	close(sock[0]);
	return (int)admin_fail("cannot start a process: %s", strerror(errno));
}

/* ---- the words ---- */

/* "--port N" may stand behind the device, before ssh's own words. */
static enum admin_exit
read_port(struct connect *c, char ***more)
{
	const char *text = NULL;

	if (**more == NULL || strncmp(**more, "--port", 6) != 0)
		return ADMIN_DONE;
	if ((**more)[6] == '=')
		text = **more + 7;
	else if ((**more)[6] == '\0')
		text = *++*more;
	if (text == NULL || forward_parse_port(text, &c->ask.dport) == -1)
		return admin_usage(
		    "--port requires a port of the device, 1 to 65535");
	++*more;
	c->plain = true;
	if (**more != NULL)
		return admin_usage("unexpected argument with --port: %s; no "
				   "ssh is run on the device",
		    **more);
	return ADMIN_DONE;
}

static enum admin_exit
run_connect(struct admin *a, const struct args *args)
{
	struct connect c = {.admin = a,
	    .ask = {.device = args->word[0], .dport = SSH_PORT},
	    .key_fd = -1,
	    .known_fd = -1};
	char **more = args->word + 1;
	enum admin_exit result;
	int status = ADMIN_FAILED;

	if ((result = read_port(&c, &more)) != ADMIN_DONE)
		return result;
	if (args->words > MORE)
		return admin_usage("too many arguments");
	if (pin_server(&c) == ADMIN_DONE && make_operator(&c) == ADMIN_DONE)
		status = connect_apart(&c, more);
	if (c.key_fd != -1)
		close(c.key_fd);
	if (c.known_fd != -1)
		close(c.known_fd);
	return (enum admin_exit)status;
}

static const struct verb verbs[] = {
    {NULL, "ID [--port PORT | SSH-ARGUMENT...]",
	"Log in to a device by ssh; waits until the device phones home.",
	"No port is bound.  Arguments after the ID are passed to ssh, which "
	"uses the\n"
	"caller's keys (root's, by sudo); -i FILE after the ID selects another "
	"key.  With\n"
	"--port, stdin and stdout are connected to that port of the device.  "
	"The exit\n"
	"status is that of ssh.",
	1, -1, 0, VERB_PLAIN | VERB_ROOT, run_connect},
    {.run = NULL},
};

const struct noun noun_connect = {
    "connect", "ssh to a device, from the server", verbs};
