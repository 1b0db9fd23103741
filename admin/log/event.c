#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "admin.h"
#include "name.h"
#include "tail.h"

#define SHOWN 20 /* events, unless --last says */
#define LAST_MAX 100000
#define OTHERS 200 /* lines that are no events, among the last */

static const struct column columns[] = {
    {"ts", "TIME"}, {"event", "EVENT"}, {NULL, "WHO"}, {NULL, "WHAT"}};

/* Fields shown under WHAT, if present: the reason first. */
static const char *const details[] = {"reason", "text", "forward", "dport",
    "sport", "addr", "client", "version", "pid", "listen", "role"};
#define DETAILS (sizeof(details) / sizeof(details[0]))

static const char printable[] =
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`"
    "abcdefghijklmnopqrstuvwxyz{|}~";

struct events {
	struct admin *admin;
	const char *device, *oper; /* only of these, or NULL */
	char **held; /* the last, until all that are there are known */
	unsigned int last, n, at;
	bool live;
};

/* "2026-11-28 15:04:05", as the clock on the wall has it. */
static void
local_time(const char *ts, char *out, size_t size)
{
	struct tm tm = {.tm_year = 0};
	time_t at;

	snprintf(out, size, "%s", ts);
	if (strptime(ts, "%Y-%m-%dT%H:%M:%S", &tm) == NULL)
		return;
	at = timegm(&tm);
	if (localtime_r(&at, &tm) != NULL)
		strftime(out, size, "%Y-%m-%d %H:%M:%S", &tm);
}

static const char *
text_in(const json_t *event, const char *name)
{
	const char *text = json_string_value(json_object_get(event, name));

	return text != NULL ? text : "";
}

/*
 * Shows the subject of an event: "alice", "kitchen-1", "alice kitchen-1", or an
 * address.
 */
static void
show_who(struct output *o, const json_t *event)
{
	const char *oper = text_in(event, "operator"),
		   *device = text_in(event, "device");
	char who[256];

	snprintf(who, sizeof(who), "%s%s%s", oper,
	    *oper != '\0' && *device != '\0' ? " " : "", device);
	output_text(o, *who != '\0' ? who : text_in(event, "addr"));
}

static void
show_what(struct output *o, const json_t *event)
{
	char what[2048] = "", *dump;
	const json_t *value;
	size_t i, n = 0;

	for (i = 0; i < DETAILS && n < sizeof(what); i++) {
		if ((value = json_object_get(event, details[i])) == NULL)
			continue;
		dump = json_is_string(value)
			   ? strdup(json_string_value(value))
			   : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
		n += (size_t)snprintf(what + n, sizeof(what) - n, "%s%s%s%s",
		    n > 0 ? ", " : "", i == 0 ? "" : details[i],
		    i == 0 ? "" : " ", dump != NULL ? dump : "");
		free(dump);
	}
	output_text(o, what);
}

static void
show_event(struct events *e, const char *line)
{
	json_t *event = json_loads(line, 0, NULL);
	struct output *o = e->admin->out;
	char at[64];

	if (output_json(o)) {
		/* As it is, and as the server writes; others may write, too. */
		if (strspn(line, printable) == strlen(line))
			fputs(line, stdout);
		else
			json_dumpf(
			    event, stdout, JSON_ENSURE_ASCII | JSON_COMPACT);
		putchar('\n');
	} else {
		local_time(text_in(event, "ts"), at, sizeof(at));
		output_text(o, at);
		output_text(o, text_in(event, "event"));
		show_who(o, event);
		show_what(o, event);
	}
	json_decref(event);
}

/* Is it an event, and one that is asked for? */
static bool
event_wanted(const struct events *e, const char *line)
{
	json_t *event = json_loads(line, 0, NULL);
	bool is;

	is = json_is_object(event) && *text_in(event, "event") != '\0' &&
	     (e->device == NULL ||
		 strcmp(text_in(event, "device"), e->device) == 0) &&
	     (e->oper == NULL ||
		 strcmp(text_in(event, "operator"), e->oper) == 0);
	json_decref(event);
	return is;
}

static bool
event_take_line(void *arg, char *line)
{
	struct events *e = arg;

	if (!event_wanted(e, line))
		return true;
	if (e->live) {
		show_event(e, line);
		return true;
	}
	free(e->held[e->at]);
	if ((e->held[e->at] = strdup(line)) == NULL)
		return false;
	e->at = (e->at + 1) % e->last;
	if (e->n < e->last)
		e->n++;
	return true;
}

static bool
event_end(void *arg)
{
	struct events *e = arg;
	struct output *o = e->admin->out;
	unsigned int i;

	if (!e->live)
		for (i = 0; i < e->n; i++)
			show_event(
			    e, e->held[(e->at + e->last - e->n + i) % e->last]);
	e->live = true;
	output_flush(o);
	return !output_broken(o) && fflush(stdout) == 0;
}

/* --last, as for heartbeats. */
static enum admin_exit
read_last(const struct args *args, unsigned int *n)
{
	const char *last = args->value[ARG_LAST];
	char *end;
	long number;

	*n = SHOWN;
	if (last == NULL)
		return ADMIN_DONE;
	number = strtol(last, &end, 10);
	if (*last == '\0' || *end != '\0' || number < 1 || number > LAST_MAX)
		return admin_usage("-n requires a number from 1 to %d, not %s",
		    LAST_MAX, last);
	*n = (unsigned int)number;
	return ADMIN_DONE;
}

static enum admin_exit
run_tail(struct admin *a, const struct args *args)
{
	bool journal = strcmp(a->conf->event_log, "stderr") == 0;
	struct events e = {.admin = a, .oper = args->value[ARG_OPERATOR]};
	struct tail t = {.path = a->conf->event_log,
	    .follow = args->value[ARG_FOLLOW] != NULL,
	    .take = event_take_line,
	    .rest = event_end,
	    .arg = &e};
	char device[DEVICE_NAME];
	enum admin_exit result;
	unsigned int i;

	if ((result = read_last(args, &e.last)) != ADMIN_DONE)
		return result;
	if (args->value[ARG_DEVICE] != NULL) {
		name_canonical(args->value[ARG_DEVICE], device);
		e.device = device;
	}
	/*
	 * Events of one device may be anywhere, and other lines are no events.
	 */
	if (e.device == NULL && e.oper == NULL)
		t.last = e.last + OTHERS;
	if ((e.held = calloc(e.last, sizeof(*e.held))) == NULL)
		return admin_fail("out of memory");
	tzset();
	if (!output_json(a->out)) {
		output_table(
		    a->out, columns, sizeof(columns) / sizeof(columns[0]));
		output_order(a->out, "ts WHAT:20 WHO:8");
	}
	result = journal ? tail_journal(&t) : tail_file(&t);
	for (i = 0; i < e.last; i++)
		free(e.held[i]);
	free(e.held);
	return result;
}

static const struct verb verbs[] = {
    {"tail", "[-f] [-n N] [--device ID] [--operator NAME] [-o A,B]",
	"Show the last events of the server; with -f go on with new ones.",
	"Events are read from event-log, if that is a file, else from the "
	"journal.  Times\n"
	"are local; --json prints events as they are logged.  -f goes on until "
	"Ctrl-C.\n--device and --operator choose the events of one.",
	0, 0,
	ARG_BIT(ARG_FOLLOW) | ARG_BIT(ARG_LAST) | ARG_BIT(ARG_DEVICE) |
	    ARG_BIT(ARG_OPERATOR) | ARG_BIT(ARG_COLUMNS),
	0, run_tail},
    {.run = NULL},
};

const struct noun noun_event = {"event", "show the server's event log", verbs};
