/*
 * ssh(1) as et-admin connect runs it.  Its ProxyCommand is a text that a shell
 * runs, so nothing stands in it but numbers of this process: the words of the
 * ssh that leads to the device's port are in memory, where et-admin reads them
 * and becomes that ssh.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "connect.h"
#include "passkey.h"

#define WORDS 40
#define MORE 256
#define TEXT 8192 /* bytes of all words */

/* Words one behind the other, each with its NUL. */
struct words {
	char text[TEXT];
	size_t len;
};

static void __attribute__((format(printf, 2, 3)))
words_add(struct words *w, const char *fmt, ...)
{
	size_t room = sizeof(w->text) - w->len;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(w->text + w->len, room, fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < room)
		w->len += (size_t)n + 1;
}

/* The way to the device's port: ssh's -W, by way of the server. */
static void
words_of_port(struct words *w, const struct connect_ssh *c)
{
	static const char *const options[] = {"IdentitiesOnly=yes",
	    "IdentityAgent=none", "BatchMode=yes", "StrictHostKeyChecking=yes",
	    "GlobalKnownHostsFile=/dev/null", "HostKeyAlias=et-sshd",
	    "ControlPath=none", "LogLevel=ERROR"};
	size_t i;

	w->len = 0;
	words_add(w, "ssh");
	words_add(w, "-F");
	words_add(w, "none");
	words_add(w, "-i");
	words_add(w, "%s", c->key);
	words_add(w, "-p");
	words_add(w, "%s", c->port);
	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		words_add(w, "-o");
		words_add(w, "%s", options[i]);
	}
	words_add(w, "-o");
	words_add(w, "UserKnownHostsFile=%s", c->known);
	words_add(w, "-W");
	/* An id of digits alone would be an address to ssh. */
	words_add(w, "device%s:%u", c->device, c->dport);
	words_add(w, "-l");
	words_add(w, "%s", c->oper);
	words_add(w, "%s", c->host);
}

static int
become_ssh(char **argv)
{
	execvp("ssh", argv);
	return (int)admin_fail("cannot run ssh: %s", strerror(errno));
}

static int
words_run(struct words *w)
{
	char *argv[WORDS + 1];
	size_t at;
	int n = 0;

	for (at = 0; at < w->len && n < WORDS; at += strlen(w->text + at) + 1)
		argv[n++] = w->text + at;
	argv[n] = NULL;
	return become_ssh(argv);
}

void
connect_ssh_port(const struct connect_ssh *c)
{
	struct words w;

	words_of_port(&w, c);
	_exit(words_run(&w));
}

int
connect_ssh_proxy(const struct connect_ssh *c)
{
	char path[PASSKEY_PATH];
	struct words w;

	words_of_port(&w, c);
	return passkey_file(w.text, w.len, path);
}

int
connect_proxy(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct words w;
	ssize_t n = -1;

	if (fd == -1 || (n = read(fd, w.text, sizeof(w.text))) <= 0 ||
	    w.text[n - 1] != '\0')
		return (int)admin_fail(
		    CONNECT_PROXY " is only for ssh's ProxyCommand");
	w.len = (size_t)n;
	return words_run(&w);
}

static bool
names_user(char **words)
{
	for (; *words != NULL; words++)
		if (strncmp(*words, "-l", 2) == 0)
			return true;
	return false;
}

void
connect_ssh_device(const struct connect_ssh *c, int proxy, char **more)
{
	char command[160], alias[DEVICE_NAME + 16], target[DEVICE_NAME + 8];
	char ssh[] = "ssh", option[] = "-o", *argv[MORE + 8];
	const long et_admin = (long)c->et_admin;
	int n = 0;

	snprintf(command, sizeof(command),
	    "ProxyCommand=/proc/%ld/exe " CONNECT_PROXY " /proc/%ld/fd/%d",
	    et_admin, et_admin, proxy);
	snprintf(alias, sizeof(alias), "HostKeyAlias=%s", c->device);
	snprintf(target, sizeof(target), "%s%s",
	    names_user(more) ? "" : "root@", c->device);
	argv[n++] = ssh;
	argv[n++] = option;
	argv[n++] = command;
	argv[n++] = option;
	argv[n++] = alias;
	argv[n++] = target;
	while (*more != NULL && n < MORE + 7)
		argv[n++] = *more++;
	argv[n] = NULL;
	_exit(become_ssh(argv));
}
