#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "draft.h"
#include "plan.h"
#include "restore_mark.h"

#define SCHEME "sqlite:"

void
plan_clear(struct plan *p)
{
	int i;

	for (i = 0; i < p->moves; i++) {
		free(p->move[i].from);
		free(p->move[i].to);
	}
	free(p->url);
	p->url = NULL;
	p->moves = 0;
}

enum admin_exit
plan_add(struct plan *p, const char *from, const char *to)
{
	struct move *m = &p->move[p->moves];

	if (p->moves == PLAN_MOVES)
		return admin_fail("more than %d files", PLAN_MOVES);
	m->from = strdup(from);
	m->to = strdup(to);
	if (m->from == NULL || m->to == NULL) {
		free(m->from);
		free(m->to);
		return admin_fail("out of memory");
	}
	p->moves++;
	return ADMIN_DONE;
}

const char *
plan_store(const char *url)
{
	return url + strlen(SCHEME);
}

static bool
plan_aside_is_there(const char *path, const char *suffix)
{
	char aside[PATH_MAX + PLAN_SUFFIX];
	struct stat st;

	snprintf(aside, sizeof(aside), "%s%s", path, suffix);
	return lstat(aside, &st) == 0;
}

void
plan_name_suffix(struct plan *p)
{
	time_t now = time(NULL);
	char at[32];
	struct tm tm;
	bool taken = true;
	int i, n;

	gmtime_r(&now, &tm);
	strftime(at, sizeof(at), ".before-%Y%m%dT%H%M%SZ", &tm);
	snprintf(p->suffix, sizeof(p->suffix), "%s", at);
	for (n = 2; taken && n < 1000; n++) {
		taken = plan_aside_is_there(plan_store(p->url), p->suffix);
		for (i = 0; i < p->moves && !taken; i++)
			taken = plan_aside_is_there(p->move[i].to, p->suffix);
		if (taken)
			snprintf(p->suffix, sizeof(p->suffix), "%s-%d", at, n);
	}
}

/* ---- the journal ---- */

static char *
plan_text(const struct plan *p)
{
	json_t *moves = json_array(), *all;
	char *text;
	int i;

	for (i = 0; i < p->moves; i++)
		json_array_append_new(
		    moves, json_pack("[ss]", p->move[i].from, p->move[i].to));
	all = json_array_size(moves) == (size_t)p->moves
		  ? json_pack("{s:i, s:s, s:s, s:O}", "restore", 1, "suffix",
			p->suffix, "store", p->url, "moves", moves)
		  : NULL;
	json_decref(moves);
	text = all == NULL ? NULL : json_dumps(all, JSON_INDENT(1));
	json_decref(all);
	return text;
}

enum admin_exit
plan_write(const struct plan *p)
{
	char journal[RESTORE_MARK], *text = plan_text(p);
	enum admin_exit result;
	struct draft draft;

	if (text == NULL)
		return admin_fail("path is not UTF-8");
	restore_mark_journal(p->conf, journal);
	result = draft_begin(&draft, journal);
	if (result == ADMIN_DONE &&
	    draft_write(draft.fd, text, strlen(text)) == -1)
		result = admin_fail("%s: %s", journal, strerror(errno));
	if (result == ADMIN_DONE)
		result = draft_commit(&draft);
	draft_end(&draft);
	free(text);
	return result;
}

static enum admin_exit
plan_take(struct plan *p, json_t *all, const char *journal)
{
	json_t *moves = json_object_get(all, "moves"), *one;
	const char *suffix = json_string_value(json_object_get(all, "suffix"));
	const char *url = json_string_value(json_object_get(all, "store"));
	const char *from, *to;
	size_t i;

	if (json_integer_value(json_object_get(all, "restore")) != 1 ||
	    suffix == NULL || url == NULL ||
	    strncmp(url, SCHEME, strlen(SCHEME)) != 0 ||
	    (p->url = strdup(url)) == NULL)
		return admin_fail("%s: not a restore journal", journal);
	snprintf(p->suffix, sizeof(p->suffix), "%s", suffix);
	json_array_foreach(moves, i, one) {
		from = json_string_value(json_array_get(one, 0));
		to = json_string_value(json_array_get(one, 1));
		if (from == NULL || to == NULL ||
		    plan_add(p, from, to) != ADMIN_DONE)
			return admin_fail("%s: not a restore journal", journal);
	}
	return ADMIN_DONE;
}

enum admin_exit
plan_read(struct plan *p, const char *conf)
{
	char journal[RESTORE_MARK];
	enum admin_exit result;
	json_error_t error;
	json_t *all;

	memset(p, 0, sizeof(*p));
	p->conf = conf;
	restore_mark_journal(conf, journal);
	if ((all = json_load_file(journal, 0, &error)) == NULL)
		return admin_fail("%s: %s", journal, error.text);
	result = plan_take(p, all, journal);
	json_decref(all);
	return result;
}

enum admin_exit
plan_forget(const struct plan *p)
{
	char journal[RESTORE_MARK];

	restore_mark_journal(p->conf, journal);
	if (unlink(journal) == -1 || draft_sync_folder(journal) == -1)
		return admin_fail("%s: %s", journal, strerror(errno));
	return ADMIN_DONE;
}

/* ---- moves ---- */

static int
plan_set_aside(const char *path, const char *suffix)
{
	char aside[PATH_MAX + PLAN_SUFFIX];

	snprintf(aside, sizeof(aside), "%s%s", path, suffix);
	return rename(path, aside) == 0 || errno == ENOENT ? 0 : -1;
}

enum admin_exit
plan_move(const char *from, const char *to, const char *suffix)
{
	struct stat st;

	if (*from != '\0' && lstat(from, &st) == -1 && errno == ENOENT)
		return ADMIN_DONE;
	if (plan_set_aside(to, suffix) == -1 ||
	    (*from != '\0' && rename(from, to) == -1) ||
	    draft_sync_folder(to) == -1)
		return admin_fail("%s: %s", to, strerror(errno));
	return ADMIN_DONE;
}

enum admin_exit
plan_move_all(const struct plan *p)
{
	int i;

	for (i = 0; i < p->moves; i++)
		if (plan_move(p->move[i].from, p->move[i].to, p->suffix) !=
		    ADMIN_DONE)
			return ADMIN_FAILED;
	return ADMIN_DONE;
}

/*
 * The old store's log goes with it, and first: SQLite would read it into the new
 * one.  The log's index is made anew from the log.
 */
enum admin_exit
plan_move_store(const char *path, const char *suffix)
{
	static const char *const logs[] = {"-wal", "-journal"};
	char from[PATH_MAX + 16], log[PATH_MAX + PLAN_SUFFIX + 16];
	struct stat st;
	size_t i;

	snprintf(from, sizeof(from), "%s" PLAN_STORE_FROM, path);
	if (lstat(from, &st) == -1 && errno == ENOENT)
		return ADMIN_DONE;
	for (i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		snprintf(log, sizeof(log), "%s%s%s", path, suffix, logs[i]);
		snprintf(from, sizeof(from), "%s%s", path, logs[i]);
		if (rename(from, log) == -1 && errno != ENOENT)
			return admin_fail("%s: %s", from, strerror(errno));
	}
	snprintf(log, sizeof(log), "%s-shm", path);
	unlink(log);
	snprintf(from, sizeof(from), "%s" PLAN_STORE_FROM, path);
	return plan_move(from, path, suffix);
}
