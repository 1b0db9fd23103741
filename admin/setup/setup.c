/*
 * et-admin setup: from an installed server to one that runs and that the first
 * device and the first operator know how to reach.  Options answer its
 * questions; without a terminal it asks none.  What is set already stays unless
 * an option or an answer says otherwise, so it can be run again.
 */
#include "config.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "firewall.h"
#include "forward.h"
#include "holder.h"
#include "paste.h"
#include "public.h"
#include "setup.h"
#include "setup_conf.h"
#include "setup_service.h"

#define PRIVILEGED 1024 /* ports below it take a capability */

/* ---- questions ---- */

bool
setup_ask(const struct setup *s, const char *question, char text[SETUP_ANSWER])
{
	char line[SETUP_ANSWER];

	if (!s->asks)
		return false;
	printf("%s%s%s%s: ", question, *text != '\0' ? " [" : "", text,
	    *text != '\0' ? "]" : "");
	fflush(stdout);
	if (fgets(line, sizeof(line), stdin) == NULL) {
		putchar('\n');
		return false;
	}
	line[strcspn(line, "\r\n")] = '\0';
	if (*line != '\0')
		memcpy(text, line, sizeof(line));
	return true;
}

void
setup_option(const struct setup *s, enum arg arg, char text[SETUP_ANSWER])
{
	if (s->args->value[arg] != NULL)
		snprintf(text, SETUP_ANSWER, "%s", s->args->value[arg]);
}

const struct verb *
setup_verb(const struct noun *noun, const char *name)
{
	const struct verb *v = noun->verbs;

	while (strcmp(v->name, name) != 0)
		v++;
	return v;
}

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
		admin_note("%s is an address: devices keep it, so it must "
			   "never change; a name can move",
		    p.host);
}

static enum admin_exit
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
	       setup_ask(s, "Name by which devices and operators reach it",
		   s->server) &&
	       paste_server(&p, s->server) == -1) {
		admin_fail("%s: say HOST, HOST:PORT or [IPv6]:PORT",
		    *s->server != '\0' ? s->server : "no name");
		memcpy(s->server, before, sizeof(before));
	}
	good = paste_server(&p, s->server) == 0;
	if (*s->server == '\0')
		return admin_usage("say --server NAME, by which devices and "
				   "operators reach this machine");
	if (!good)
		return admin_usage("--server %s: say HOST, HOST:PORT or "
				   "[IPv6]:PORT",
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
			admin_fail("port %u is taken by %s, process %d: "
				   "choose another, or end that first",
			    (unsigned int)port, who.name, (int)who.pid);
			return false;
		}
		break;
	case HOLDER_UNKNOWN:
		if (port == now)
			return true;
		break;
	}
	admin_fail("port %u is taken: choose another, or end that first "
		   "(ss -ltnp says which process)",
	    (unsigned int)port);
	return false;
}

static enum admin_exit
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
			return admin_usage("say --port PORT");
		if (!good)
			admin_fail("%s is no port, 1 to 65535", text);
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

/* ---- configuration, keys, service ---- */

/* As it is now, with what was written. */
static enum admin_exit
setup_read_again(struct setup *s)
{
	struct admin *a = s->admin;
	char error[CONF_ERROR];
	struct conf *next = conf_read(s->args->value[ARG_CONF], error);

	if (next == NULL)
		return admin_fail("%s", error);
	if (a->url == a->conf->store)
		a->url = next->store;
	conf_free(a->conf);
	a->conf = next;
	if (strcmp(next->public_name, s->server) == 0 &&
	    public_port(a) == s->port)
		return ADMIN_DONE;
	return admin_fail("a file of conf.d after " SETUP_CONF
			  " sets public-name or listen to something else");
}

static enum admin_exit
setup_configure(struct setup *s, bool *changed)
{
	struct admin *a = s->admin;
	const char *name = s->server;
	uint32_t port = s->port;

	if (strcmp(a->conf->public_name, name) == 0)
		name = NULL;
	if (public_port(a) == port)
		port = 0;
	if (setup_conf_write(s->conf, name, port, changed) != ADMIN_DONE)
		return ADMIN_FAILED;
	return setup_read_again(s);
}

/* The configured host keys that are missing. */
static enum admin_exit
setup_hostkeys(struct setup *s)
{
	const struct conf *conf = s->admin->conf;
	int i;

	for (i = 0; i < conf->hostkeys; i++)
		if (access(conf->hostkey[i], F_OK) == -1)
			return setup_verb(&noun_hostkey, "generate")
			    ->run(s->admin, s->args);
	return ADMIN_DONE;
}

static void
setup_firewall(struct setup *s)
{
	struct output *o = s->admin->out;
	char remedy[FIREWALL_REMEDY];
	unsigned int port = s->port;
	const char *name;

	switch (firewall_look(s->port, &name, remedy)) {
	case FIREWALL_DROPS:
		output_line(o, "Firewall: %s keeps TCP port %u away: %s", name,
		    port, remedy);
		break;
	case FIREWALL_UNSURE:
		output_line(o, "Firewall: %s may keep TCP port %u away: %s",
		    name, port, remedy);
		break;
	case FIREWALL_ALLOWS:
		output_line(o, "Firewall: %s lets TCP port %u in.", name, port);
		break;
	case FIREWALL_OPEN:
		output_line(o, "Firewall: %s keeps nothing away.", name);
		break;
	case FIREWALL_NONE:
		output_line(o, "Firewall: none here that could be read.");
		break;
	}
	output_line(o,
	    "In a cloud, the firewall or security group of this "
	    "machine must let TCP port %u in.",
	    port);
}

/* ---- in this order ---- */

static void
setup_show(struct setup *s)
{
	static const struct column columns[] = {{"server", "Public name"},
	    {"port", "Port"}, {"conf", "Configuration"}, {"store", "Store"}};
	struct output *o = s->admin->out;

	output_record(o, columns, sizeof(columns) / sizeof(columns[0]));
	output_text(o, s->server);
	output_number(o, s->port);
	output_text(o, s->conf);
	output_text(o, s->admin->url);
	output_end(o);
}

static enum admin_exit
setup_machine(struct setup *s)
{
	bool changed = false;

	if (s->system)
		setup_service_accounts();
	if (setup_configure(s, &changed) != ADMIN_DONE ||
	    setup_hostkeys(s) != ADMIN_DONE ||
	    setup_service_check(s->conf) != ADMIN_DONE ||
	    setup_service_run(s->admin, s->conf, s->system, s->port, changed) !=
		ADMIN_DONE)
		return ADMIN_FAILED;
	setup_show(s);
	setup_firewall(s);
	return ADMIN_DONE;
}

/* None is cut off to what there is room for. */
static enum admin_exit
setup_check_options(const struct args *args)
{
	static const struct {
		enum arg arg;
		const char *name;
	} texts[] = {{ARG_SERVER, "server"}, {ARG_OPERATOR, "operator"},
	    {ARG_KEY, "key"}, {ARG_NEW_KEY, "new-key"}};
	const char *text;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		text = args->value[texts[i].arg];
		if (text != NULL && strlen(text) >= SETUP_ANSWER)
			return admin_usage("--%s: too long", texts[i].name);
	}
	return ADMIN_DONE;
}

static enum admin_exit
run_setup(struct admin *a, const struct args *args)
{
	struct setup s = {.admin = a, .args = args};
	const char *key = args->value[ARG_KEY];
	enum admin_exit result;

	s.system = args->value[ARG_CONF] == NULL;
	s.conf = s.system ? CONF_DEFAULT : args->value[ARG_CONF];
	s.asks = isatty(STDIN_FILENO) && args->value[ARG_YES] == NULL &&
		 !output_json(a->out) && (key == NULL || strcmp(key, "-") != 0);
	if (s.system && geteuid() != 0)
		return admin_fail("run it as root: sudo et-admin setup");
	if ((result = setup_check_options(args)) != ADMIN_DONE ||
	    (result = setup_operator_options(&s)) != ADMIN_DONE ||
	    (result = setup_server(&s)) != ADMIN_DONE ||
	    (result = setup_port(&s)) != ADMIN_DONE ||
	    (result = setup_machine(&s)) != ADMIN_DONE)
		return result;
	return setup_people(&s);
}

static const struct verb verbs[] = {
    {NULL,
	"[--server HOST] [--port PORT] [--operator NAME [--key FILE|- | "
	"--new-key FILE] [--role ROLE] [--tag T]...] [--yes]",
	"Set this machine's server up, and say what devices and operators "
	"need.",
	"It asks for what no option says; without a terminal, and with --yes, "
	"it asks\nnothing.  It writes conf.d/setup.conf, makes host keys that "
	"are missing, starts\nthe server, adds the first operator (an admin "
	"unless --role or --tag say\notherwise), and makes a token for the "
	"first device.  What is set stays as it is\nwhen it is run again.",
	0, 0,
	ARG_BIT(ARG_SERVER) | ARG_BIT(ARG_PORT) | ARG_BIT(ARG_OPERATOR) |
	    ARG_BIT(ARG_KEY) | ARG_BIT(ARG_NEW_KEY) | ARG_BIT(ARG_ROLE) |
	    ARG_BIT(ARG_TAG) | ARG_BIT(ARG_YES),
	0, run_setup},
    {.run = NULL},
};

const struct noun noun_setup = {"setup", "make this machine a server", verbs};
