#include "config.h"

#include <stdio.h>
#include <string.h>

#include "conf_option.h"

static bool
conf_same_list(char *const *a, size_t na, char *const *b, size_t nb)
{
	size_t i;

	if (na != nb)
		return false;
	for (i = 0; i < na; i++)
		if (strcmp(a[i], b[i]) != 0)
			return false;
	return true;
}

static void
conf_note(char kept[CONF_ERROR], bool same, const char *name)
{
	size_t n = strlen(kept);

	if (!same)
		snprintf(
		    kept + n, CONF_ERROR - n, "%s%s", n > 0 ? ", " : "", name);
}

/* The options that need a restart. */
static void
conf_note_kept(
    const struct conf *c, const struct conf *next, char kept[CONF_ERROR])
{
	*kept = '\0';
	conf_note(kept,
	    conf_same_list(c->listen, c->nlisten, next->listen, next->nlisten),
	    "listen");
	conf_note(kept,
	    conf_same_list(
		c->hostkeys, c->nhostkeys, next->hostkeys, next->nhostkeys),
	    "host-keys");
	conf_note(kept, strcmp(c->store, next->store) == 0, "store");
	conf_note(kept, strcmp(c->store_reader, next->store_reader) == 0,
	    "store-reader");
	conf_note(kept, strcmp(c->store_passfile, next->store_passfile) == 0,
	    "store-passfile");
	conf_note(kept, strcmp(c->user, next->user) == 0, "user");
	conf_note(
	    kept, strcmp(c->event_log, next->event_log) == 0, "event-log");
	conf_note(
	    kept, strcmp(c->alert_log, next->alert_log) == 0, "alert-log");
	conf_note(
	    kept, c->event_log_seal == next->event_log_seal, "event-log-seal");
	conf_note(kept, strcmp(c->event_log_key, next->event_log_key) == 0,
	    "event-log-key");
	conf_note(kept, strcmp(c->forward_address, next->forward_address) == 0,
	    "forward-address");
	conf_note(kept, strcmp(c->metrics_listen, next->metrics_listen) == 0,
	    "metrics-listen");
	conf_note(kept, strcmp(c->node_listen, next->node_listen) == 0,
	    "node-listen");
	conf_note(
	    kept, strcmp(c->installer, next->installer) == 0, "installer");
	conf_note(kept, strcmp(c->public_name, next->public_name) == 0,
	    "public-name");
	conf_note(kept, c->history == next->history, "history");
	conf_note(kept, strcmp(c->node, next->node) == 0, "node");
	conf_note(kept, c->compat_openwrt_1505 == next->compat_openwrt_1505,
	    "compat");
	conf_note(kept, c->workers == next->workers, "workers");
	conf_note(kept,
	    conf_same_list(c->operator_listen, c->noperator_listen,
		next->operator_listen, next->noperator_listen),
	    "operator-listen");
}

void
conf_reload(struct conf *c, const struct conf *next, char kept[CONF_ERROR])
{
	unsigned int workers = c->workers;

	conf_note_kept(c, next, kept);
	conf_numbers_copy(c, next);
	c->workers = workers;
	c->per_source_penalties = next->per_source_penalties;
	memmove(c->proxy_from, next->proxy_from, sizeof(c->proxy_from));
	c->nproxy_from = next->nproxy_from;
	memmove(
	    c->operator_ports, next->operator_ports, sizeof(c->operator_ports));
	c->noperator_ports = next->noperator_ports;
	c->admin_by_ssh = next->admin_by_ssh;
	memmove(c->alert_after_tag, next->alert_after_tag,
	    sizeof(c->alert_after_tag));
	c->nalert_after_tag = next->nalert_after_tag;
	c->alert_quiet_first = next->alert_quiet_first;
	c->alert_quiet_last = next->alert_quiet_last;
}
