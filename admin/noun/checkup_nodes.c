#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "census.h"
#include "checkup.h"
#include "node_state.h"
#include "when.h"

#define CLOCK_OFF INT64_C(5000000) /* us: more is no delay of the network */

/* What most of the nodes that are alive should be like: the first of them. */
struct nodes_look {
	struct checkup *checkup;
	char first[DEVICE_NAME];
	char version[64];
	char port[8]; /* of the relay */
};

static const char *
relay_port(const struct node *n)
{
	const char *colon = strrchr(n->addr, ':');

	return colon != NULL ? colon + 1 : "";
}

static void
nodes_check_relay(struct nodes_look *l, const struct node *n)
{
	const char *port = relay_port(n);
	char problem[CHECKUP_TEXT];

	if (*port == '\0') {
		checkup_find(l->checkup, "node", n->name,
		    "other nodes do not reach its devices",
		    "set node-listen in et-sshd.conf there, and restart "
		    "et-sshd");
		return;
	}
	if (l->port[0] == '\0')
		snprintf(l->port, sizeof(l->port), "%s", port);
	if (strcmp(l->port, port) == 0)
		return;
	snprintf(problem, sizeof(problem),
	    "its node-listen has port %s, that of %s has %s", port, l->first,
	    l->port);
	checkup_find(l->checkup, "node", n->name, problem,
	    "use one port for node-listen on all nodes: they may connect to "
	    "that port alone");
}

/* While nodes are upgraded one after the other nothing is wrong with it. */
static void
nodes_check_version(struct nodes_look *l, const struct node *n)
{
	char problem[CHECKUP_TEXT];

	if (l->first[0] == '\0') {
		snprintf(l->first, sizeof(l->first), "%s", n->name);
		snprintf(l->version, sizeof(l->version), "%s", n->version);
	}
	if (strcmp(l->version, n->version) == 0)
		return;
	snprintf(problem, sizeof(problem), "runs %s, and %s runs %s",
	    n->version[0] != '\0' ? n->version : "an older version", l->first,
	    l->version[0] != '\0' ? l->version : "an older version");
	checkup_find(l->checkup, "node", n->name, problem,
	    "upgrade the older one when the others are well");
	l->checkup->advice++;
}

static int
nodes_check_one(void *arg, const struct node *n)
{
	struct nodes_look *l = arg;
	char problem[CHECKUP_TEXT], span[WHEN_TEXT];

	switch (node_state(l->checkup->admin->store, n)) {
	case NODE_DEAD:
		snprintf(problem, sizeof(problem), "no sign of life for %s",
		    when_span((when_now() - n->alive) / 1000000, span));
		checkup_find(l->checkup, "node", n->name, problem,
		    "start et-sshd there; if it is gone for good, run "
		    "et-admin node remove %s",
		    n->name);
		break;
	case NODE_DRAINED:
		break;
	default:
		nodes_check_version(l, n);
		nodes_check_relay(l, n);
	}
	return 0;
}

/* Logs and certificates go by the clock of the machine. */
static void
nodes_check_clock(struct checkup *c)
{
	int64_t ahead = when_ahead();
	char problem[CHECKUP_TEXT], span[WHEN_TEXT];

	if (llabs(ahead) < CLOCK_OFF)
		return;
	snprintf(problem, sizeof(problem), "its clock is %s %s the database's",
	    when_span(llabs(ahead) / 1000000, span),
	    ahead > 0 ? "behind" : "ahead of");
	checkup_find(c, "machine", c->admin->node, problem,
	    "have NTP set it: timedatectl set-ntp true");
}

/* What the database says of itself; the standby is only advised. */
static int
nodes_check_fact(void *arg, const char *fact, const char *is)
{
	struct checkup *c = arg;
	char problem[CHECKUP_TEXT];
	bool lost = strncmp(is, "off", 3) == 0 ||
		    strncmp(is, "local", 5) == 0 ||
		    strstr(is, "to no standby") != NULL;

	if (*is == '!') {
		snprintf(problem, sizeof(problem), "%s: %s", fact, is + 1);
		checkup_find(c, "store", "database", problem,
		    "run et-admin store check");
	} else if (strcmp(fact, "standbys") == 0 && strcmp(is, "0") == 0) {
		checkup_find(c, "store", "database", "it has no standby",
		    "see many-nodes.md: without one the nodes end with it");
		c->advice++;
	} else if (strcmp(fact, "synchronous_commit") == 0 && lost) {
		snprintf(
		    problem, sizeof(problem), "synchronous_commit is %s", is);
		checkup_find(c, "store", "database", problem,
		    "the last changes are lost with the primary: name a "
		    "standby in synchronous_standby_names");
		c->advice++;
	}
	return 0;
}

/* Whoever comes by SSH may not ask the database that. */
static enum store_result
nodes_check_store(struct checkup *c)
{
	if (!store_shared(c->admin->store))
		return STORE_OK;
	nodes_check_clock(c);
	return c->admin->who != NULL
		   ? STORE_OK
		   : store_facts(c->admin->store, nodes_check_fact, c);
}

enum store_result
nodes_check(struct checkup *c)
{
	struct nodes_look l = {.checkup = c};
	struct census census;
	enum store_result r;

	if ((r = nodes_check_store(c)) != STORE_OK ||
	    !census_several(c->admin->store))
		return r;
	if ((r = census_take(c->admin->store, &census)) == STORE_OK)
		r = store_node_look(c->admin->store, nodes_check_one, &l);
	snprintf(c->well, sizeof(c->well),
	    "%u nodes are alive and fit together", census.alive);
	return r;
}
