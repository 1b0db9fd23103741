/*
 * et-admin setup: from an installed server to one that runs and that the first
 * device and the first operator know how to reach.  Options answer its
 * questions; without a terminal it asks none.  What is set already stays unless
 * an option or an answer says otherwise, so it can be run again.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "firewall.h"
#include "public.h"
#include "setup.h"
#include "setup_conf.h"
#include "setup_service.h"

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
		output_line(o,
		    "Firewall: %s blocks TCP port %u; to open it: %s", name,
		    port, remedy);
		break;
	case FIREWALL_UNSURE:
		output_line(o,
		    "Firewall: %s may block TCP port %u; to open it: %s", name,
		    port, remedy);
		break;
	case FIREWALL_ALLOWS:
		output_line(o, "Firewall: %s accepts TCP port %u.", name, port);
		break;
	case FIREWALL_OPEN:
		output_line(o, "Firewall: %s blocks nothing.", name);
		break;
	case FIREWALL_NONE:
		output_line(
		    o, "Firewall: none found whose rules could be read.");
		break;
	}
	output_line(o,
	    "In a cloud, the firewall or security group of this machine must "
	    "accept TCP port %u.",
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
	output_line(s->admin->out,
	    "To be told when a device is gone, configure et-notify(8).");
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
		return admin_fail(
		    "this command needs root: run sudo et-admin setup");
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
	"Set up the server on this machine, and print what devices and "
	"operators need.",
	"Prompts for what no option gives; without a terminal, or with --yes, "
	"it does not\n"
	"prompt.  Writes conf.d/setup.conf, generates missing host keys, "
	"starts the\n"
	"server, adds the first operator (an admin, unless --role or --tag is "
	"given), and\n"
	"makes a token for the first device.  Run again, it leaves what is set "
	"as it is.",
	0, 0,
	ARG_BIT(ARG_SERVER) | ARG_BIT(ARG_PORT) | ARG_BIT(ARG_OPERATOR) |
	    ARG_BIT(ARG_KEY) | ARG_BIT(ARG_NEW_KEY) | ARG_BIT(ARG_ROLE) |
	    ARG_BIT(ARG_TAG) | ARG_BIT(ARG_YES),
	0, run_setup},
    {.run = NULL},
};

const struct noun noun_setup = {
    "setup", "set up the server on this machine", verbs};
