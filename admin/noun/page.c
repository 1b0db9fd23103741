/*
 * The address of the operator's page, with the key of its acts.  The page lives
 * as long as the connection, so the command stays until it is ended.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "act.h"
#include "admin.h"

#define PORT 3000
#define PORT_MOST 65535
#define CTRL_C 3
#define CTRL_D 4

static const struct column columns[] = {{"url", "Address"}};

/* The port of ssh -L; 0: it is none. */
static long
read_port(const char *text)
{
	char *end;
	long port = text == NULL ? PORT : strtol(text, &end, 10);

	if (text != NULL && (*text == '\0' || *end != '\0'))
		return 0;
	return port >= 1 && port <= PORT_MOST ? port : 0;
}

/* A client with a terminal sends its keys as they are pressed. */
static void
await_end(void)
{
	char c;

	while (read(STDIN_FILENO, &c, 1) == 1)
		if (c == CTRL_C || c == CTRL_D || c == 'q')
			break;
}

static enum admin_exit
run_page(struct admin *a, const struct args *args)
{
	char key[ACT_KEY], url[64 + ACT_KEY];
	long port = read_port(args->value[ARG_PORT]);

	if (a->page_key == NULL)
		return admin_fail("the page is there by SSH alone: ssh -t -L "
				  "%d:fleet:80 NAME@SERVER page",
		    PORT);
	if (port == 0)
		return admin_usage(
		    "--port: not a port: %s", args->value[ARG_PORT]);
	if (a->page_key(key) != ADMIN_DONE)
		return ADMIN_FAILED;
	snprintf(url, sizeof(url), "http://localhost:%ld/#key=%s", port, key);
	if (output_json(a->out)) {
		output_record(a->out, columns, 1);
		output_text(a->out, url);
		output_end(a->out);
	} else
		printf(
		    "%s\n"
		    "This needs ssh -L %ld:fleet:80.  Whoever has the address "
		    "acts as %s\n"
		    "until this connection ends: q, or Ctrl-C.\n",
		    url, port, a->who);
	fflush(stdout);
	await_end();
	return ADMIN_DONE;
}

static const struct verb verbs[] = {
    {NULL, "[--port PORT]",
	"Print the address of the page of the fleet, which also lets one act.",
	"For ssh -t -L 3000:fleet:80 NAME@SERVER page.  The key in the address "
	"ends with\n"
	"the connection.  With another PORT in -L, give it here, too.",
	0, 0, ARG_BIT(ARG_PORT), VERB_BY(OPERATOR_VIEWER), run_page},
    {.run = NULL},
};

const struct noun noun_page = {
    "page", "the fleet in a browser, through ssh -L", verbs};
