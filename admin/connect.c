/*
 * et-admin connect: ssh to a device from the server itself, as an operator does
 * it from elsewhere.  For the time of it there is an operator of a key that is
 * nowhere but in memory, so nothing is bound, and no other user of this machine
 * gets anywhere.
 */
#include "config.h"

#include <sys/random.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "admin.h"
#include "change.h"
#include "hostpub.h"
#include "passkey.h"
#include "progress.h"
#include "when.h"

#define US INT64_C(1000000)
#define SSH_PORT 22
#define LIFE (7 * 24 * 3600 * US) /* at most, us */
#define HOSTKEYS 16
#define WORDS 32 /* of ssh's that are ours */
#define WORD 256
#define MORE 256 /* of ssh's that follow the ID */

struct connect {
	struct admin *admin;
	struct device device;
	uint32_t dport;
	bool plain; /* the port itself on stdin and stdout */
	struct oper oper;
	char host[128]; /* where et-sshd listens */
	char port[8];
	char key[PASSKEY_PATH];
	char known[PASSKEY_PATH];
	int key_fd, known_fd;
	char words[WORDS][WORD];
	int n;
};

/* ---- who ---- */

static enum admin_exit
add_operator(struct connect *c)
{
	struct admin *a = c->admin;
	unsigned char random[4];
	enum store_result r;
	int64_t seq;

	if (passkey_make(&c->oper.key, c->key, &c->key_fd) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return admin_fail("no random numbers: %s", strerror(errno));
	snprintf(c->oper.name, sizeof(c->oper.name), "connect-%02x%02x%02x%02x",
	    random[0], random[1], random[2], random[3]);
	c->oper.role = OPERATOR_ADMIN;
	c->oper.created = when_now();
	c->oper.expires = c->oper.created + LIFE;
	if (change_begin(a) != ADMIN_DONE)
		return ADMIN_FAILED;
	r = store_operator_add(a->store, &c->oper);
	if (change_commit(a, r, &seq, "connect %s port %u as %s",
		c->device.name, c->dport, c->oper.name) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (!change_applied(a, seq))
		return admin_fail("the server does not answer: look at "
				  "et-admin status and the event log");
	return ADMIN_DONE;
}

static void
remove_operator(struct connect *c)
{
	struct admin *a = c->admin;
	int64_t seq;

	if (c->oper.id != 0 && change_begin(a) == ADMIN_DONE)
		change_commit(a, store_operator_remove(a->store, c->oper.id),
		    &seq, "connect %s: %s ended", c->device.name, c->oper.name);
}

/* ---- where ---- */

static int
first_node(void *arg, const struct node *node)
{
	struct connect *c = arg;

	if (when_now() - node->alive > STORE_NODE_GONE)
		return 0;
	snprintf(c->host, sizeof(c->host), "%.*s",
	    (int)strcspn(node->listen, ","), node->listen);
	return 1;
}

/* The first address of the server that runs: "[::]:2222" is [::1], 2222. */
static enum admin_exit
find_server(struct connect *c)
{
	struct admin *a = c->admin;
	char *colon;

	if (!store_server_runs(a->store))
		return admin_fail("no server runs on this store: start "
				  "et-sshd");
	store_node_each(a->store, first_node, c);
	if ((colon = strrchr(c->host, ':')) == NULL)
		return admin_fail("the server does not say where it listens: "
				  "look at et-admin status");
	snprintf(c->port, sizeof(c->port), "%.7s", colon + 1);
	*colon = '\0';
	if (strcmp(c->host, "0.0.0.0") == 0)
		snprintf(c->host, sizeof(c->host), "127.0.0.1");
	else if (strcmp(c->host, "[::]") == 0)
		snprintf(c->host, sizeof(c->host), "::1");
	else if (c->host[0] == '[') {
		memmove(c->host, c->host + 1, strlen(c->host));
		c->host[strcspn(c->host, "]")] = '\0';
	}
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
	return c->known_fd != -1
		   ? ADMIN_DONE
		   : admin_fail("no memory file: %s", strerror(errno));
}

/* ---- ssh ---- */

static void __attribute__((format(printf, 2, 3)))
word(struct connect *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(c->words[c->n++], WORD, fmt, ap);
	va_end(ap);
}

/* The way to the device's port: ssh's -W, by way of the server. */
static void
say_way(struct connect *c)
{
	static const char *const options[] = {"IdentitiesOnly=yes",
	    "IdentityAgent=none", "BatchMode=yes", "StrictHostKeyChecking=yes",
	    "GlobalKnownHostsFile=/dev/null", "HostKeyAlias=et-sshd",
	    "ControlPath=none", "LogLevel=ERROR"};
	size_t i;

	word(c, "ssh");
	word(c, "-F");
	word(c, "none");
	word(c, "-i");
	word(c, "%s", c->key);
	word(c, "-p");
	word(c, "%s", c->port);
	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		word(c, "-o");
		word(c, "%s", options[i]);
	}
	word(c, "-o");
	word(c, "UserKnownHostsFile=%s", c->known);
	word(c, "-W");
	/* An id of digits alone would be an address to ssh. */
	word(c, "device%s:%u", c->device.name, c->dport);
	word(c, "-l");
	word(c, "%s", c->oper.name);
	word(c, "%s", c->host);
}

static bool
names_user(char **words)
{
	for (; *words != NULL; words++)
		if (strncmp(*words, "-l", 2) == 0)
			return true;
	return false;
}

/* Become ssh. */
static void __attribute__((noreturn)) run_ssh(struct connect *c, char **more)
{
	char proxy[WORDS * WORD + 16], alias[WORD], target[WORD];
	char ssh[] = "ssh", option[] = "-o", *argv[WORDS + MORE];
	size_t len;
	int i, n = 0;

	say_way(c);
	len = (size_t)snprintf(proxy, sizeof(proxy), "ProxyCommand=");
	for (i = 0; i < c->n; i++) {
		len += (size_t)snprintf(
		    proxy + len, sizeof(proxy) - len, "%s ", c->words[i]);
		if (c->plain)
			argv[n++] = c->words[i];
	}
	if (!c->plain) {
		snprintf(
		    alias, sizeof(alias), "HostKeyAlias=%s", c->device.name);
		snprintf(target, sizeof(target), "%s%s",
		    names_user(more) ? "" : "root@", c->device.name);
		argv[n++] = ssh;
		argv[n++] = option;
		argv[n++] = proxy;
		argv[n++] = option;
		argv[n++] = alias;
		argv[n++] = target;
		while (*more != NULL)
			argv[n++] = *more++;
	}
	argv[n] = NULL;
	execvp("ssh", argv);
	admin_fail("ssh cannot be run: %s", strerror(errno));
	_exit(ADMIN_FAILED);
}

/* Wait for it, say how it goes, pass signals on.  Its exit status. */
static int
attend(struct connect *c, const sigset_t *set, pid_t pid)
{
	const struct timespec second = {.tv_sec = 1};
	struct progress p;
	pid_t done;
	int status, sig;

	progress_begin(&p, c->admin, &c->device, c->dport);
	for (;;) {
		progress_look(&p);
		if (p.connected || p.reason[0] != '\0')
			sig = sigwaitinfo(set, NULL);
		else
			sig = sigtimedwait(set, NULL, &second);
		if ((done = waitpid(pid, &status, WNOHANG)) == pid)
			break;
		if (sig == SIGINT || sig == SIGTERM || sig == SIGHUP)
			kill(pid, sig);
	}
	progress_look(&p);
	progress_end(&p);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int
start(struct connect *c, char **more)
{
	sigset_t set, before;
	int status;
	pid_t pid;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, &before);
	if ((pid = fork()) == 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		run_ssh(c, more);
	}
	if (pid == -1)
		status = (int)admin_fail("no process: %s", strerror(errno));
	else
		status = attend(c, &set, pid);
	remove_operator(c);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return status;
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
	if (text == NULL || forward_parse_port(text, &c->dport) == -1)
		return admin_usage("--port: say a port of the device, 1 to "
				   "65535");
	++*more;
	c->plain = true;
	if (**more != NULL)
		return admin_usage("with --port there is no ssh on the "
				   "device: %s has no meaning",
		    **more);
	return ADMIN_DONE;
}

static enum admin_exit
run_connect(struct admin *a, const struct args *args)
{
	struct connect c = {
	    .admin = a, .dport = SSH_PORT, .key_fd = -1, .known_fd = -1};
	char **more = args->word + 1;
	enum admin_exit result;
	int status = ADMIN_FAILED;

	if ((result = read_port(&c, &more)) != ADMIN_DONE)
		return result;
	if (args->words > MORE)
		return admin_usage("too many words");
	if (admin_device(a, args->word[0], &c.device) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (!c.device.enabled)
		return admin_fail("device %s is disabled: et-admin device "
				  "enable %s",
		    c.device.name, c.device.name);
	if (find_server(&c) == ADMIN_DONE && pin_server(&c) == ADMIN_DONE) {
		if (add_operator(&c) == ADMIN_DONE)
			status = start(&c, more);
		else
			remove_operator(&c);
	}
	if (c.key_fd != -1)
		close(c.key_fd);
	if (c.known_fd != -1)
		close(c.known_fd);
	return (enum admin_exit)status;
}

static const struct verb verbs[] = {
    {NULL, "ID [--port PORT | SSH-ARGUMENT...]",
	"Log in to a device from here by ssh; waits until it phones home.",
	"Nothing is bound for it.  What follows the ID is ssh's.  With --port "
	"its stdin\nand stdout are that port of the device.  The exit status "
	"is ssh's.",
	1, -1, 0, VERB_STORE | VERB_PLAIN, run_connect},
    {.run = NULL},
};

const struct noun noun_connect = {
    "connect", "ssh to a device, from the server", verbs};
