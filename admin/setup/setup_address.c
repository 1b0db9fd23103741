/*
 * Where et-admin setup has the server found: its public name and its port.
 */
#include "config.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "forward.h"
#include "holder.h"
#include "paste.h"
#include "public.h"
#include "setup.h"

#define PRIVILEGED 1024 /* ports below it take a capability */

/* ---- the public name ---- */

/* The machine's name, where it could be one that others look up. */
static void
setup_hostname(char name[SETUP_ANSWER])
{
	static const char *const inner[] = {".internal", ".local",
	    ".localdomain", ".lan", ".home", ".arpa", NULL};
	const char *const *end;
	size_t n;

	if (gethostname(name, SETUP_ANSWER) == -1 || strchr(name, '.') == NULL)
		*name = '\0';
	name[SETUP_ANSWER - 1] = '\0';
	for (end = inner, n = strlen(name); *end != NULL; end++)
		if (n > strlen(*end) &&
		    strcmp(name + n - strlen(*end), *end) == 0)
			*name = '\0';
}

static void
setup_note_address(const char *server)
{
	struct paste p = {.port = 0};
	struct in6_addr in6;
	struct in_addr in;

	if (paste_server(&p, server) == 0 &&
	    (inet_pton(AF_INET, p.host, &in) == 1 ||
		inet_pton(AF_INET6, p.host, &in6) == 1))
		admin_note("%s is an address, which devices save: it must "
			   "never change; a name can be moved",
		    p.host);
}

enum admin_exit
setup_server(struct setup *s)
{
	struct paste p = {.port = 0};
	char before[SETUP_ANSWER];
	bool good;

	setup_hostname(s->server);
	if (*s->admin->conf->public_name != '\0')
		snprintf(
		    s->server, SETUP_ANSWER, "%s", s->admin->conf->public_name);
	memcpy(before, s->server, sizeof(before));
	setup_option(s, ARG_SERVER, s->server);
	while (s->args->value[ARG_SERVER] == NULL &&
	       setup_ask(s,
		   "Name by which devices and operators reach this server",
		   s->server) &&
	       paste_server(&p, s->server) == -1) {
		admin_fail("%s: not HOST, HOST:PORT or [IPv6]:PORT",
		    *s->server != '\0' ? s->server : "no name given");
		memcpy(s->server, before, sizeof(before));
	}
	good = paste_server(&p, s->server) == 0;
	if (*s->server == '\0')
		return admin_usage("missing --server NAME, by which devices "
				   "and operators reach this machine");
	if (!good)
		return admin_usage(
		    "--server %s: not HOST, HOST:PORT or [IPv6]:PORT",
		    s->server);
	setup_note_address(s->server);
	return ADMIN_DONE;
}

/* ---- the port ---- */

/*
 * Is it free, or the server's own?  In a container root may not look at another
 * user's processes: then the present port is taken to be.  What is wrong has
 * been said.
 */
static bool
setup_port_free(uint32_t port, uint32_t now)
{
	struct holder_who who;

	switch (holder_of(port, &who)) {
	case HOLDER_NOBODY:
	case HOLDER_ET_SSHD:
		return true;
	case HOLDER_OTHER:
		if (who.pid != 0) {
			admin_fail(
			    "port %u is in use by %s, process %d: choose "
			    "another port, or stop that process first",
			    (unsigned int)port, who.name, (int)who.pid);
			return false;
		}
		break;
	case HOLDER_UNKNOWN:
		if (port == now)
			return true;
		break;
	}
	admin_fail("port %u is in use: choose another port, or stop the "
		   "process that listens (see ss -ltnp)",
	    (unsigned int)port);
	return false;
}

enum admin_exit
setup_port(struct setup *s)
{
	uint32_t now = public_port(s->admin);
	char before[SETUP_ANSWER] = "", text[SETUP_ANSWER];
	bool asked, good;

	if (now != 0)
		snprintf(before, sizeof(before), "%u", (unsigned int)now);
	setup_option(s, ARG_PORT, before);
	do {
		memcpy(text, before, sizeof(text));
		asked = s->args->value[ARG_PORT] == NULL &&
			setup_ask(s, "Port", text);
		good = forward_parse_port(text, &s->port) == 0 && s->port != 0;
		if (*text == '\0')
			return admin_usage("missing --port PORT");
		if (!good)
			admin_fail("%s is not a port, 1 to 65535", text);
		else
			good = setup_port_free(s->port, now);
	} while (asked && !good);
	if (!good)
		return ADMIN_FAILED;
	if (s->port < PRIVILEGED && !s->system)
		admin_note("port %u is below %d: et-sshd must be started as "
			   "root, or with CAP_NET_BIND_SERVICE",
		    (unsigned int)s->port, PRIVILEGED);
	return ADMIN_DONE;
}
