#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "apart.h"
#include "rotate.h"
#include "rotate_files.h"
#include "rotate_ready.h"
#include "rotate_sign.h"

#define ABOUT                                                              \
	"et-sshd announces it within 5 s: et-admin hostkey rotate status " \
	"says "                                                            \
	"which devices are ready"

static const struct column columns[] = {{"since", "Since"}, {"ready", "Ready"},
    {"devices", NULL}, {"keys", "New keys"}};
static const struct column missing[] = {
    {"device", "DEVICE"}, {"last_seen", "LAST SEEN"}, {"why", "REASON"}};

/*
 * A process of its own reads the store: the caller goes on as root, whose the
 * host keys are.
 */
static enum admin_exit
rotate_apart(struct admin *a, const struct announce *now,
    enum admin_exit (*look)(struct admin *, const struct announce *))
{
	struct apart child;

	switch (apart_fork(&child)) {
	case -1:
		return admin_fail("cannot start a process to read the store");
	case 0:
		_exit(admin_enter(a, 0) == ADMIN_DONE ? look(a, now)
						      : ADMIN_FAILED);
	default:
		return apart_wait(&child) == 0 ? ADMIN_DONE : ADMIN_FAILED;
	}
}

/* ---- begin, server ---- */

/* The lines of text that begin so; false: there is no room for them. */
static bool
add_lines(char to[ANNOUNCE_TEXT], const char *text, const char *what)
{
	size_t n = strlen(to), len;

	for (; *text != '\0'; text += len) {
		len = strcspn(text, "\n") + 1;
		if (strncmp(text, what, strlen(what)) != 0)
			continue;
		if (n + len >= ANNOUNCE_TEXT)
			return false;
		memcpy(to + n, text, len);
		n += len;
		to[n] = '\0';
	}
	return true;
}

/* lines, signed, after what was announced before. */
static enum admin_exit
rotate_begin_announce(
    struct admin *a, const struct announce *before, const char *lines)
{
	char error[ROTATE_ERROR], text[ANNOUNCE_TEXT];

	if (rotate_sign(a->conf, before, lines, text, error) == -1 ||
	    rotate_announce(a->conf, text, error) == -1)
		return admin_fail("%s", error);
	output_line(a->out, "%s", ABOUT);
	return ADMIN_DONE;
}

/* Devices would take the keys to come for those that et-sshd has yet to show. */
static enum admin_exit
all_taken(struct admin *a, const struct announce *now)
{
	(void)now;
	if (rotate_started(a, rotate_placed_at(a->conf)))
		return ADMIN_DONE;
	return admin_fail("et-sshd does not use the keys of the last rotation "
			  "yet: run systemctl restart et-sshd");
}

static enum admin_exit
rotate_begin(struct admin *a, const struct args *args)
{
	char error[ROTATE_ERROR], text[ANNOUNCE_TEXT];
	struct announce now;
	const char *path;
	struct key key;
	bool placed;

	(void)args;
	if (rotate_signer(a->conf, &path, &key, error) == -1 ||
	    rotate_read(a->conf, &now, error) == -1 ||
	    rotate_check(a->conf, now.text, &placed, error) == -1)
		return admin_fail("%s", error);
	if (placed)
		return admin_fail("the last rotation was not finished: run "
				  "et-admin hostkey rotate finish");
	if (rotate_placed_at(a->conf) != 0 &&
	    rotate_apart(a, &now, all_taken) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (rotate_make(a->conf, text, error) == -1)
		return admin_fail("%s", error);
	if (!add_lines(text, now.text, "server="))
		return admin_fail("too many names and keys to announce");
	if (strstr(now.text, text) != NULL)
		output_line(a->out,
		    "a rotation is in progress: its keys are announced again");
	return rotate_begin_announce(a, &now, text);
}

static enum admin_exit
rotate_server(struct admin *a, const struct args *args)
{
	char error[ROTATE_ERROR], text[ANNOUNCE_TEXT] = "", line[160];
	struct announce now;

	if (!announce_server_valid(args->word[1]))
		return admin_usage(
		    "%s: not HOST, HOST:PORT or [ADDRESS]:PORT", args->word[1]);
	snprintf(line, sizeof(line), "server=%s\n", args->word[1]);
	if (rotate_read(a->conf, &now, error) == -1)
		return admin_fail("%s", error);
	if (strstr(now.text, line) != NULL) {
		output_line(a->out, "this server name is announced already");
		return ADMIN_DONE;
	}
	if (!add_lines(text, now.text, "pin=") ||
	    !add_lines(text, now.text, "server=") ||
	    !add_lines(text, line, "server="))
		return admin_fail("too many names and keys to announce");
	return rotate_begin_announce(a, &now, text);
}

/* ---- status ---- */

static enum admin_exit
read_running(struct admin *a, struct announce *now)
{
	char error[ROTATE_ERROR];

	if (rotate_read(a->conf, now, error) == -1)
		return admin_fail("%s", error);
	if (now->text[0] == '\0')
		return admin_fail("no rotation in progress: run et-admin "
				  "hostkey rotate begin");
	return ADMIN_DONE;
}

static void
show_missing(struct admin *a, const struct device *d, const char *why)
{
	output_text(a->out, d->name);
	output_ago(a->out, d->last_seen);
	output_text(a->out, why);
}

static enum admin_exit
rotate_status(struct admin *a, const struct args *args)
{
	struct rotate_count count;
	struct announce now;
	char text[80];
	bool keys;

	(void)args;
	if (read_running(a, &now) != ADMIN_DONE ||
	    admin_enter(a, 0) != ADMIN_DONE ||
	    rotate_count(a, &now, &count, NULL) != ADMIN_DONE)
		return ADMIN_FAILED;
	keys = strstr(now.text, "pin=") != NULL;
	rotate_count_text(&count, text, sizeof(text));
	output_record(a->out, columns, sizeof(columns) / sizeof(columns[0]));
	output_time(a->out, now.since);
	output_both(a->out, text, json_integer(count.ready));
	output_number(a->out, count.devices);
	output_bool(a->out, keys);
	if (count.ready < count.devices) {
		output_part(a->out, "missing", "Not ready", missing,
		    sizeof(missing) / sizeof(missing[0]));
		if (rotate_count(a, &now, &count, show_missing) != ADMIN_DONE)
			return ADMIN_FAILED;
	}
	output_end(a->out);
	return ADMIN_DONE;
}

/* ---- finish, abort ---- */

/* All devices are ready, or it has been said that they are not. */
static enum admin_exit
all_ready(struct admin *a, const struct announce *now)
{
	struct rotate_count count;
	char text[80];

	if (rotate_count(a, now, &count, NULL) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (count.ready == count.devices)
		return ADMIN_DONE;
	rotate_count_text(&count, text, sizeof(text));
	return admin_fail(
	    "only %s devices are ready: see et-admin hostkey rotate status for "
	    "the others; --force finishes without them",
	    text);
}

static enum admin_exit
rotate_finish(struct admin *a, const struct args *args)
{
	char error[ROTATE_ERROR];
	struct announce now;
	bool placed;

	if (read_running(a, &now) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (rotate_check(a->conf, now.text, &placed, error) == -1)
		return admin_fail("%s", error);
	/*
	 * A finish that was interrupted is completed: a key in its place may be
	 * in use.
	 */
	if (!placed && args->value[ARG_FORCE] == NULL &&
	    rotate_apart(a, &now, all_ready) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (strstr(now.text, "pin=") == NULL) {
		if (rotate_announce(a->conf, "", error) == -1)
			return admin_fail("%s", error);
		output_line(a->out, "announcement ended: devices keep the "
				    "names that they have used");
		return ADMIN_DONE;
	}
	if (rotate_place(a->conf, error) == -1)
		return admin_fail("%s", error);
	rotate_unannounce(a->conf);
	output_line(a->out,
	    "the new host keys are in place, the old ones kept as FILE.old; "
	    "et-sshd uses them after a restart: run systemctl restart et-sshd");
	return ADMIN_DONE;
}

static enum admin_exit
rotate_abort(struct admin *a, const struct args *args)
{
	char error[ROTATE_ERROR];
	struct announce now;
	bool placed;

	(void)args;
	if (read_running(a, &now) != ADMIN_DONE)
		return ADMIN_FAILED;
	if (rotate_check(a->conf, now.text, &placed, error) == 0 && placed)
		return admin_fail(
		    "cannot abort, new keys are in place already: run et-admin "
		    "hostkey rotate finish");
	if (rotate_announce(a->conf, "", error) == -1)
		return admin_fail("%s", error);
	rotate_drop(a->conf);
	output_line(a->out, "announcement withdrawn and new keys removed: "
			    "devices forget them at their next poll");
	return ADMIN_DONE;
}

/* ---- which ---- */

static const struct step {
	const char *name;
	int words;
	enum admin_exit (*run)(struct admin *, const struct args *);
} steps[] = {
    {"begin", 1, rotate_begin},
    {"server", 2, rotate_server},
    {"status", 1, rotate_status},
    {"finish", 1, rotate_finish},
    {"abort", 1, rotate_abort},
};

enum admin_exit
rotate_run(struct admin *a, const struct args *args)
{
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (strcmp(args->word[0], steps[i].name) == 0 &&
		    args->words == steps[i].words)
			return steps[i].run(a, args);
	return admin_usage("usage: et-admin hostkey rotate begin | server "
			   "HOST[:PORT] | status | finish [--force] | abort");
}
