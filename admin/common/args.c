#include "config.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "admin.h"
#include "args.h"

struct option_text {
	const char *name;
	char letter; /* 0: none */
	const char *value; /* what follows, or NULL */
	const char *help;
};

static const struct option_text options[ARG_COUNT] = {
    [ARG_CONF] = {"conf", 'c', "CONF", "configuration file to read"},
    [ARG_STORE] = {"store", 's', "STORE", "store to use"},
    [ARG_JSON] = {"json", 0, NULL, "print one JSON object per line"},
    [ARG_HELP] = {"help", 'h', NULL, "print this help"},
    [ARG_VERSION] = {"version", 'V', NULL, "print the version"},
    [ARG_KEY] = {"key", 0, "FILE", "file with the public key; - reads stdin"},
    [ARG_ALIAS] = {"alias", 0, "NAME", "a second name"},
    [ARG_TAG] = {"tag", 0, "T", "a tag"},
    [ARG_ROLE] = {"role", 0, "ROLE", "viewer, operator or admin"},
    [ARG_STATE] = {"state", 0, "STATE",
	"only devices online, late, offline or never seen"},
    [ARG_TTL] = {"ttl", 0, "TIME", "time to live: 90, 15m, 1h, 7d"},
    [ARG_WAIT] = {"wait", 0, NULL, "wait until that is done"},
    [ARG_TIMEOUT] = {"timeout", 0, "TIME",
	"stop waiting after TIME; the forward stays"},
    [ARG_SSH] = {"ssh", 0, NULL,
	"wait, then run ssh with the arguments that follow"},
    [ARG_ALL] = {"all", 'a', NULL, "include what has ended"},
    [ARG_LAST] = {"last", 'n', "N", "the last N only"},
    [ARG_FOLLOW] = {"follow", 'f', NULL, "go on with new ones as they come"},
    [ARG_HOST] = {"host", 0, "NAME", "name of the server, as devices call it"},
    [ARG_DEVICE] = {"device", 0, "ID", "a device, by its id"},
    [ARG_USES] = {"uses", 0, "N",
	"number of devices that may use it (default 1)"},
    [ARG_VIRTUAL] = {"virtual", 0, NULL,
	"ports of the device, for jumps; none is bound here"},
    [ARG_CHECK] = {"check", 0, NULL,
	"print what would be done, and change nothing"},
    [ARG_PORT] = {"port", 0, "PORT",
	"TCP port: that setup listens on, or of ssh -L"},
    [ARG_OPERATOR] = {"operator", 0, "NAME", "an operator, by name"},
    [ARG_NEW_KEY] = {"new-key", 0, "FILE",
	"generate a key there, without passphrase"},
    [ARG_YES] = {"yes", 0, NULL, "ask nothing; use options and defaults"},
    [ARG_KEEP] = {"keep", 0, "N", "keep the N newest backups in the folder"},
    [ARG_FORCE] = {"force", 0, NULL, "proceed where it would be refused"},
    [ARG_COLUMNS] = {"columns", 'o', "A,B", "print these columns only"},
    [ARG_WATCH] = {"watch", 'w', NULL,
	"redraw the list when something changes"},
    [ARG_FORMAT] = {"format", 0, "FORMAT", "openmetrics or prometheus"},
    [ARG_DEVICES] = {"devices", 0, NULL, "figures of each device, too"},
    [ARG_SINCE] = {"since", 0, "TIME", "how far back: 12h, 7d"},
    [ARG_CSV] = {"csv", 0, NULL, "print comma-separated values"},
    [ARG_FOR] = {"for", 0, "TIME", "only what has held for TIME"},
    [ARG_SORT] = {"sort", 0, "FIELD", "sort by it; FIELD:desc the other way"},
    [ARG_WHERE] = {"where", 0, "EXPR",
	"only devices of which it is true: memory<5%"},
    [ARG_NODE] = {"node", 0, "NAME", "a server on the store, by name"},
    [ARG_WIDE] = {"wide", 0, NULL,
	"also print what devices tell of themselves"},
    [ARG_RUN] = {"run", 0, "ROLE", "execute them, logged in as this role"},
    [ARG_READER] = {"reader", 0, NULL, "as the role that only reads it"},
    [ARG_SERVER] = {"server", 0, "HOST",
	"name and port of this server: HOST[:PORT]"},
};

/* getopt's two tables, from ours. */
static void
fill_tables(struct option longs[ARG_COUNT + 1], char shorts[ARG_COUNT * 2 + 3],
    enum args_order order)
{
	char *p = shorts;
	int i;

	memset(longs, 0, sizeof(*longs) * (ARG_COUNT + 1));
	*p++ = order == ARGS_MIXED ? '-' : '+';
	*p++ = ':';
	for (i = 0; i < ARG_COUNT; i++) {
		longs[i].name = options[i].name;
		longs[i].has_arg = options[i].value != NULL;
		longs[i].val = 256 + i;
		if (options[i].letter == 0)
			continue;
		*p++ = options[i].letter;
		if (options[i].value != NULL)
			*p++ = ':';
	}
	*p = '\0';
}

static int
arg_of(int c)
{
	int i;

	if (c >= 256)
		return c - 256;
	for (i = 0; i < ARG_COUNT; i++)
		if (options[i].letter == c)
			return i;
	return -1;
}

/* An option that may be given several times. */
static int
take_one_more(const char *list[ARGS_TAGS], int *n, int arg, const char *value)
{
	if (*n == ARGS_TAGS) {
		admin_usage(
		    "more than %d times --%s", ARGS_TAGS, options[arg].name);
		return -1;
	}
	list[(*n)++] = value;
	return 0;
}

static int
args_take(struct args *a, int arg, uint64_t allowed, const char *value)
{
	if (arg == -1 || (ARG_BIT(arg) & allowed) == 0) {
		admin_usage("option --%s does not apply to this command; see "
			    "et-admin help",
		    arg == -1 ? "?" : options[arg].name);
		return -1;
	}
	a->value[arg] = value == NULL ? "" : value;
	if (arg == ARG_TAG)
		return take_one_more(a->tag, &a->tags, arg, value);
	if (arg == ARG_DEVICE)
		return take_one_more(a->device, &a->devices, arg, value);
	if (arg == ARG_WHERE)
		return take_one_more(a->where, &a->wheres, arg, value);
	return 0;
}

static void
add_word(struct args *a, char *word)
{
	a->word[a->words++] = word;
	a->word[a->words] = NULL;
}

/* getopt came upon an option that it does not know, or without its value. */
static int
args_refuse(int c, char *word)
{
	if (c == ':')
		admin_usage(
		    "option %s requires a value; see et-admin help", word);
	else if (optopt != 0 && optopt < 256)
		admin_usage("no such option: -%c; see et-admin help", optopt);
	else
		admin_usage("no such option: %s; see et-admin help", word);
	return -1;
}

int
args_parse(struct args *a, int argc, char **argv, uint64_t allowed,
    enum args_order order)
{
	struct option longs[ARG_COUNT + 1];
	char shorts[ARG_COUNT * 2 + 3];
	int c;

	fill_tables(longs, shorts, order);
	opterr = 0;
	optind = 0; /* glibc: start anew, with this order */
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (c == '?' || c == ':')
			return args_refuse(c, argv[optind - 1]);
		if (c == 1)
			add_word(a, optarg);
		else if (args_take(a, arg_of(c), allowed, optarg) == -1)
			return -1;
		if (c == 256 + ARG_SSH) {
			a->ssh = argv + optind;
			return argc;
		}
	}
	if (order == ARGS_FIRST)
		return optind;
	while (optind < argc)
		add_word(a, argv[optind++]);
	return argc;
}

void
args_help(uint64_t set)
{
	char left[64];
	int i;

	for (i = 0; i < ARG_COUNT; i++) {
		if ((set & ARG_BIT(i)) == 0)
			continue;
		snprintf(left, sizeof(left), "%s%c%s--%s%s%s",
		    options[i].letter ? "-" : "",
		    options[i].letter ? options[i].letter : ' ',
		    options[i].letter ? ", " : "   ", options[i].name,
		    options[i].value ? " " : "",
		    options[i].value ? options[i].value : "");
		printf("  %-22s %s\n", left, options[i].help);
	}
}
