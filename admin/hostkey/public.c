#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "forward.h"
#include "hostpub.h"
#include "public.h"

#define SSH_PORT 22

uint32_t
public_port(const struct admin *a)
{
	const char *colon = strrchr(a->conf->listen, ':');
	uint32_t port;

	if (colon == NULL || forward_parse_port(colon + 1, &port) == -1)
		return 0;
	return port;
}

enum admin_exit
public_server(struct admin *a, struct paste *p, const char *option)
{
	const char *name = option != NULL ? option : a->conf->public_name;
	char host[PASTE_HOST];

	p->port = public_port(a);
	if (name == NULL || *name == '\0') {
		if (gethostname(host, sizeof(host)) == -1)
			return admin_fail("missing --server HOST[:PORT]");
		host[sizeof(host) - 1] = '\0';
		name = host;
		admin_note("the server's name is taken to be %s: set --server, "
			   "or public-name in et-sshd.conf, if it is another",
		    name);
	}
	if (paste_server(p, name) == -1)
		return admin_usage(
		    "%s is not HOST, HOST:PORT or [IPv6]:PORT", name);
	if (p->port == 0)
		return admin_usage("missing port: --server %s:PORT", name);
	return ADMIN_DONE;
}

/* A name as ssh looks it up in known_hosts: "[host]:port" but for port 22. */
static void
public_known(struct admin *a, const struct paste *p)
{
	int i;

	output_line(a->out, "%s", "");
	output_line(a->out, "For ~/.ssh/known_hosts of the operator:");
	output_line(a->out, "%s", "");
	for (i = 0; i < p->keys; i++)
		if (p->port == SSH_PORT)
			output_line(a->out, "%s %s", p->host, p->key[i]);
		else
			output_line(a->out, "[%s]:%u %s", p->host,
			    (unsigned int)p->port, p->key[i]);
}

static void
public_config(struct admin *a, const struct paste *p, const char *name)
{
	output_line(a->out, "%s", "");
	output_line(a->out, "For ~/.ssh/config of the operator:");
	output_line(a->out, "%s", "");
	output_line(a->out, "Host %s", p->host);
	output_line(a->out, "    User %s", name);
	output_line(a->out, "    Port %u", (unsigned int)p->port);
	output_line(a->out, "%s", "");
	output_line(a->out, "Then: ssh -J %s root@DEVICE", p->host);
}

static bool
public_has_keys(const struct admin *a)
{
	int i;

	for (i = 0; i < a->conf->hostkeys; i++)
		if (access(a->conf->hostkey[i], F_OK) == 0)
			return true;
	return false;
}

void
public_find(struct admin *a, struct paste *p, const char *option)
{
	p->keys = 0;
	if (a->who != NULL || output_json(a->out))
		return;
	if (!public_has_keys(a) || (option == NULL && public_port(a) == 0))
		admin_note("no host keys to print for the operator: see "
			   "et-admin hostkey show");
	else if (public_server(a, p, option) == ADMIN_DONE)
		hostpub_find(a, p->key, PASTE_KEYS, &p->keys);
}

void
public_print(struct admin *a, const struct paste *p, const char *name)
{
	if (p->keys == 0)
		return;
	public_known(a, p);
	public_config(a, p, name);
}

void
public_free(struct paste *p)
{
	while (p->keys > 0)
		free(p->key[--p->keys]);
}
