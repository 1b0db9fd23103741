#include "config.h"

#include <arpa/inet.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "admin.h"
#include "census.h"
#include "change.h"
#include "when.h"

#define SECOND INT64_C(1000000)

static const struct column columns[] = {{"addr", "ADDRESS"},
    {"until", "REFUSED UNTIL"}, {"left", "FOR"}, {"reason", "REASON"},
    {"pool", "POOL"}, {"node", "NODE"}};
#define PENALTY_NODE 5

struct penalties {
	struct admin *admin;
	const char *node; /* that is looked at */
	json_int_t in_all, shown;
};

static const char *
text_in(const json_t *penalty, const char *name)
{
	const char *text = json_string_value(json_object_get(penalty, name));

	return text != NULL ? text : "";
}

static void
show_penalty(struct penalties *p, const json_t *penalty)
{
	struct output *o = p->admin->out;
	const char *until = text_in(penalty, "until");
	struct tm tm = {.tm_year = 0};
	int64_t at, left;

	p->shown++;
	if (strptime(until, "%Y-%m-%dT%H:%M:%SZ", &tm) == NULL)
		return;
	at = (int64_t)timegm(&tm) * SECOND;
	if ((left = (at - when_now()) / SECOND) <= 0)
		return; /* since it was written down */
	output_text(o, text_in(penalty, "addr"));
	output_time(o, at);
	output_span(o, left);
	output_text(o, text_in(penalty, "reason"));
	output_text(o, text_in(penalty, "pool"));
	output_text(o, p->node);
}

static int
each_node(void *arg, const struct node *node)
{
	json_t *status, *list, *penalty;
	struct penalties *p = arg;
	size_t i;

	if (!store_node_lives(p->admin->store, node))
		return 0;
	status = json_loads(node->status, 0, NULL);
	p->node = node->name;
	list = json_object_get(status, "penalties");
	p->in_all +=
	    json_integer_value(json_object_get(status, "refused_sources"));
	json_array_foreach(list, i, penalty)
		show_penalty(p, penalty);
	json_decref(status);
	return 0;
}

static enum admin_exit
run_list(struct admin *a, const struct args *args)
{
	struct penalties p = {.admin = a};
	enum store_result result;

	(void)args;
	if (!store_server_runs(a->store))
		return admin_fail("no server is running on this store: "
				  "penalties end with the server");
	output_table(a->out, columns, sizeof(columns) / sizeof(columns[0]));
	output_order(a->out, "pool until reason:12 node");
	if (!census_several(a->store))
		output_hide(a->out, PENALTY_NODE);
	result = store_node_each(a->store, each_node, &p);
	if (result == STORE_OK && p.in_all > p.shown)
		admin_note(
		    "%lld sources are refused; showing the %lld seen last",
		    (long long)p.in_all, (long long)p.shown);
	return admin_result(a, result);
}

/* An address as the list shows it, or as events do. */
static int
penalty_parse(const char *word, char addr[INET6_ADDRSTRLEN])
{
	const char *slash = strchr(word, '/');
	size_t n = slash != NULL ? (size_t)(slash - word) : strlen(word);
	struct in6_addr v6;
	struct in_addr v4;

	if (n >= INET6_ADDRSTRLEN)
		return -1;
	memcpy(addr, word, n);
	addr[n] = '\0';
	if (inet_pton(AF_INET, addr, &v4) == 1)
		return slash == NULL || strcmp(slash, "/32") == 0 ? 0 : -1;
	if (inet_pton(AF_INET6, addr, &v6) == 1)
		return slash == NULL || strcmp(slash, "/64") == 0 ? 0 : -1;
	return -1;
}

static enum admin_exit
run_clear(struct admin *a, const struct args *args)
{
	char addr[INET6_ADDRSTRLEN], done[128];
	int64_t seq;

	if (penalty_parse(args->word[0], addr) == -1)
		return admin_usage("%s is not an address such as 192.0.2.1, "
				   "2001:db8::1 or 2001:db8::/64",
		    args->word[0]);
	if (!store_server_runs(a->store))
		return admin_fail("no server is running on this store: "
				  "penalties end with the server");
	if (change_begin(a) != ADMIN_DONE ||
	    change_commit(a, store_penalty_clear(a->store, addr), &seq,
		"penalty clear %s", addr) != ADMIN_DONE)
		return ADMIN_FAILED;
	snprintf(done, sizeof(done), "%s has no penalty", addr);
	return change_settle(a, seq, -1, done);
}

static const struct verb verbs[] = {
    {"list", "[-o A,B]", "List the addresses that are refused temporarily.",
	"The server updates the list every 5 seconds.  An IPv6 address stands "
	"for its\n"
	"/64.",
	0, 0, ARG_BIT(ARG_COLUMNS), VERB_STORE | VERB_BY(OPERATOR_ADMIN),
	run_list},
    {"clear", "ADDR", "Accept connections from an address again at once.",
	"Later penalties count from 0.  Returns when that is done.", 1, 1, 0,
	VERB_STORE | VERB_BY(OPERATOR_ADMIN), run_clear},
    {.run = NULL},
};

const struct noun noun_penalty = {
    "penalty", "list and clear addresses that are refused temporarily", verbs};
