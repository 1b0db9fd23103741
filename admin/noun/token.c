#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin.h"
#include "change.h"
#include "hostpub.h"
#include "installer.h"
#include "name.h"
#include "paste.h"
#include "public.h"
#include "show.h"
#include "when.h"

#define US INT64_C(1000000)

/* The server as its own machine's files describe it. */
static enum admin_exit
find_here(struct admin *a, struct paste *p, const char *server,
    char hex[INSTALLER_HEX], const char **why)
{
	enum admin_exit result = public_server(a, p, server);

	if (result == ADMIN_DONE)
		result = hostpub_find(a, p->key, PASTE_KEYS, &p->keys);
	*why = installer_digest(a->conf->installer, hex);
	return result;
}

/* The server as it describes itself to a command by SSH. */
static enum admin_exit
find_there(struct admin *a, struct paste *p, const char *server,
    char hex[INSTALLER_HEX], const char **why)
{
	if (a->paste(p, hex) != ADMIN_DONE)
		return ADMIN_FAILED;
	*why = *hex != '\0' ? NULL : "the server has none";
	if (server != NULL && paste_server(p, server) == -1)
		return admin_usage(
		    "%s is not HOST, HOST:PORT or [IPv6]:PORT", server);
	if (p->host[0] == '\0' || p->port == 0)
		return admin_usage("missing --server HOST[:PORT]");
	return ADMIN_DONE;
}

static void
note_installer(struct admin *a, const char *why)
{
	if (why != NULL)
		admin_note("cannot print a command to paste: installer%s%s: %s",
		    a->conf != NULL ? " " : "",
		    a->conf != NULL ? a->conf->installer : "", why);
}

/* ---- new ---- */

static int
count_key(void *arg, const struct key *k)
{
	(void)k;
	(*(int *)arg)++;
	return 0;
}

/* A token for one device is of use when that has no key yet. */
static enum admin_exit
take_device(struct admin *a, struct token *t, const char *name)
{
	char plain[DEVICE_NAME];
	enum store_result result;
	struct device d;
	int keys = 0;

	result = store_device_named(a->store, name, &d);
	if (result == STORE_NONE)
		return admin_new_id(name, t->device);
	if (result == STORE_OK)
		result = store_key_each(a->store, d.id, count_key, &keys);
	if (result != STORE_OK)
		return admin_result(a, result);
	name_canonical(name, plain);
	if (d.alias[0] != '\0' && strcmp(d.alias, plain) == 0)
		return admin_fail("%s is the alias of device %s", name, d.name);
	if (keys > 0)
		return admin_fail("device %s has a key already: if the device "
				  "has lost it, run et-admin key revoke first",
		    d.name);
	if (strcmp(name, d.name) != 0)
		admin_note("%s is stored as %s", name, d.name);
	memcpy(t->device, d.name, sizeof(t->device));
	return ADMIN_DONE;
}

static enum admin_exit
token_describe(struct admin *a, struct token *t, const struct args *args)
{
	const char *uses = args->value[ARG_USES], *ttl = args->value[ARG_TTL];
	uint32_t seconds = ttl == NULL ? TOKEN_TTL : forward_parse_ttl(ttl);
	const char *device = args->value[ARG_DEVICE];
	char *end = NULL;
	long n = uses == NULL ? 1 : strtol(uses, &end, 10);
	int i;

	if (seconds == 0)
		return admin_usage(
		    "%s is not a time such as 90, 15m, 1h or 7d", ttl);
	if (n < 1 || n > TOKEN_USES_MAX || (end != NULL && *end != '\0'))
		return admin_usage("%s is not a number of uses, 1 to %d", uses,
		    TOKEN_USES_MAX);
	for (i = 0; i < args->tags; i++)
		if (device_tag_add(t->tags, args->tag[i]) == -1)
			return admin_fail("tag \"%s\" is not allowed, or there "
					  "are too many tags",
			    args->tag[i]);
	t->uses = t->uses_left = (uint32_t)n;
	t->created = when_now();
	t->expires = t->created + seconds * US;
	return device == NULL ? ADMIN_DONE : take_device(a, t, device);
}

static const struct column new_columns[] = {{"token", NULL}, {"device", NULL},
    {"tags", NULL}, {"uses", NULL}, {"expires", NULL}, {"server", NULL},
    {"text", NULL}, {"dropbear", NULL}, {"openssh", NULL}, {"installer", NULL}};

static void
print_lines(struct output *o, const char *title, const char *line)
{
	char *wrapped = paste_wrap(line), *next, *rest = wrapped;

	output_line(o, "%s", "");
	output_line(o, "%s", title);
	output_line(o, "%s", "");
	while ((next = strsep(&rest, "\n")) != NULL)
		output_line(o, "%s", next);
	free(wrapped);
}

static void
print_json(struct output *o, const struct token *t, const struct paste *p,
    const char *dropbear, const char *openssh)
{
	char address[PASTE_HOST + 16];

	paste_address(p, address);
	output_table(
	    o, new_columns, sizeof(new_columns) / sizeof(new_columns[0]));
	output_text(o, t->name);
	output_text(o, t->device);
	output_words(o, t->tags);
	output_number(o, t->uses);
	output_time(o, t->expires);
	output_text(o, address);
	output_text(o, p->token);
	output_text(o, dropbear);
	output_text(o, openssh);
	output_text(o, p->installer);
}

static void
print_text(struct output *o, const struct token *t, const struct paste *p,
    const char *dropbear, const char *openssh)
{
	char when[WHEN_TEXT];

	output_line(o, "token %s: %u use%s, until %s%s%s", t->name,
	    (unsigned int)t->uses, t->uses == 1 ? "" : "s",
	    when_seconds(t->expires, when),
	    t->device[0] == '\0' ? "" : ", for device ", t->device);
	if (p->installer == NULL) {
		output_line(o, "The token is not shown again: %s", p->token);
		return;
	}
	output_line(o, "The token is not shown again.  Paste one of these "
		       "commands on the device, as root.");
	print_lines(o, "With dropbear's dbclient, as on OpenWrt:", dropbear);
	print_lines(o, "With OpenSSH's ssh:", openssh);
}

/* Without the installer there is nothing that a command could fetch. */
static enum admin_exit
token_print(struct admin *a, const struct token *t, const struct paste *p)
{
	char *dropbear = NULL, *openssh = NULL;
	enum admin_exit result = ADMIN_DONE;

	if (p->installer != NULL &&
	    ((dropbear = paste_line(p, false)) == NULL ||
		(openssh = paste_line(p, true)) == NULL))
		result = admin_fail("out of memory");
	else if (output_json(a->out))
		print_json(a->out, t, p, dropbear, openssh);
	else
		print_text(a->out, t, p, dropbear, openssh);
	free(dropbear);
	free(openssh);
	return result;
}

static enum admin_exit
token_make_one(struct admin *a, struct token *t, struct paste *p)
{
	char text[TOKEN_TEXT];
	enum admin_exit result = ADMIN_FAILED;
	int64_t seq;

	if (token_make(t, text) == -1)
		return admin_fail("cannot make a token: out of memory");
	p->token = text;
	p->device = t->device;
	if (change_begin(a) == ADMIN_DONE &&
	    change_commit(a, store_token_add(a->store, t), &seq,
		"token new %s uses %u%s%s", t->name, (unsigned int)t->uses,
		t->device[0] == '\0' ? "" : " device ",
		t->device) == ADMIN_DONE)
		result = token_print(a, t, p);
	p->token = NULL;
	explicit_bzero(text, sizeof(text));
	return result;
}

static enum admin_exit
run_new(struct admin *a, const struct args *args)
{
	struct token t = {.id = 0};
	struct paste p = {.port = 0};
	char hex[INSTALLER_HEX];
	const char *why = NULL;
	enum admin_exit result;

	result = (a->paste != NULL ? find_there : find_here)(
	    a, &p, args->value[ARG_SERVER], hex, &why);
	if (result == ADMIN_DONE) {
		p.installer = why == NULL ? hex : NULL;
		if ((result = admin_enter(a, VERB_CREATE)) == ADMIN_DONE &&
		    (result = token_describe(a, &t, args)) == ADMIN_DONE) {
			note_installer(a, why);
			result = token_make_one(a, &t, &p);
		}
	}
	while (p.keys > 0)
		free(p.key[--p.keys]);
	return result;
}

/* ---- list, revoke ---- */

static const struct column columns[] = {{"token", "TOKEN"}, {"state", "STATE"},
    {"device", "DEVICE"}, {"tags", "TAGS"}, {"uses_left", "LEFT"},
    {"uses", "OF"}, {"expires", "EXPIRES"}, {"created", "MADE"}};

static int
list_one(void *arg, const struct token *t)
{
	struct output *o = arg;

	output_text(o, t->name);
	output_text(o, token_state_name(token_state(t, when_now())));
	output_text(o, t->device);
	output_words(o, t->tags);
	output_number(o, t->uses_left);
	output_number(o, t->uses);
	output_time(o, t->expires);
	output_time(o, t->created);
	return 0;
}

static enum admin_exit
run_list(struct admin *a, const struct args *args)
{
	(void)args;
	output_table(a->out, columns, sizeof(columns) / sizeof(columns[0]));
	output_order(a->out, "created tags:16 expires uses uses_left device");
	return admin_result(a, store_token_each(a->store, list_one, a->out));
}

static enum admin_exit
run_revoke(struct admin *a, const struct args *args)
{
	const char *name = args->word[0];
	enum store_result result;
	char done[64];
	struct token t;
	int64_t seq;

	result = token_name_valid(name) ? store_token_find(a->store, name, &t)
					: STORE_NONE;
	if (result == STORE_NONE)
		return admin_fail(
		    "no such token: %.8s; see et-admin token list", name);
	if (admin_result(a, result) != ADMIN_DONE ||
	    change_begin(a) != ADMIN_DONE ||
	    change_commit(a, store_token_remove(a->store, t.id), &seq,
		"token revoke %s", t.name) != ADMIN_DONE)
		return ADMIN_FAILED;
	snprintf(done, sizeof(done), "token %s revoked", t.name);
	return change_settle(a, seq, -1, done);
}

static const struct verb verbs[] = {
    {"new",
	"[--device ID] [--tag T]... [--uses N] [--ttl TIME] "
	"[--server HOST[:PORT]]",
	"Make a token, and print the command to paste on a device.",
	"With a token a device fetches the installer from this server and "
	"registers its\n"
	"key.  A token is valid for one device and one hour, unless --uses and "
	"--ttl are\n"
	"given; the devices get the tags.  --device limits it to that id, "
	"which may be a\n"
	"device that was added without a key.",
	0, 0,
	ARG_BIT(ARG_DEVICE) | ARG_BIT(ARG_TAG) | ARG_BIT(ARG_USES) |
	    ARG_BIT(ARG_TTL) | ARG_BIT(ARG_SERVER),
	VERB_MEMBER | VERB_BY(OPERATOR_ADMIN), run_new},
    {"list", "[-o A,B]", "List tokens with their device, uses left and expiry.",
	"Expired and used-up tokens are removed after 30 days.", 0, 0,
	ARG_BIT(ARG_COLUMNS), VERB_STORE | VERB_BY(OPERATOR_ADMIN), run_list},
    {"revoke", "TOKEN", "Revoke a token; devices that it registered stay.",
	NULL, 1, 1, 0, VERB_STORE | VERB_BY(OPERATOR_ADMIN), run_revoke},
    {.run = NULL},
};

const struct noun noun_token = {
    "token", "manage tokens, by which devices register themselves", verbs};
