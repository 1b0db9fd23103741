#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "restore_place.h"
#include "restore_store.h"
#include "stage_conf.h"
#include "store_url.h"

static const struct column columns[] = {{"backup", "Backup of"},
    {"date", "Made"}, {"version", "Made by version"},
    {"schema", "Store's schema"}, {"files", "Files"}, {"store", "Store"}};
static const struct column aside_columns[] = {{"path", "PATH"}};

struct restore {
	const char *name; /* of the backup */
	int fd; /* it */
	bool force;
	struct manifest manifest;
	struct kept_set set;
	struct stage stage;
	struct plan plan;
	struct restore_store store;
};

/* ---- read ---- */

/* All but the store, which is the last. */
static enum admin_exit
restore_read_files(struct restore *r)
{
	const struct manifest *m = &r->manifest;
	enum admin_exit result = ADMIN_DONE;
	struct kept *k;
	int i;

	for (i = 0; i + 1 < m->members && result == ADMIN_DONE; i++) {
		k = &r->set.file[r->set.n++];
		k->member = m->member[i];
		result =
		    archive_read_file(r->fd, r->name, &k->member, &k->bytes);
	}
	return result;
}

static enum admin_exit
restore_open(struct restore *r, const char *word)
{
	bool standard = strcmp(word, "-") == 0;

	r->name = standard ? "standard input" : word;
	if (standard && isatty(STDIN_FILENO))
		return admin_usage("standard input is a terminal: name a FILE, "
				   "or redirect the input");
	r->fd = standard ? STDIN_FILENO : open(word, O_RDONLY | O_CLOEXEC);
	if (r->fd == -1)
		return admin_fail("%s: %s", word, strerror(errno));
	return archive_read_manifest(r->fd, r->name, &r->manifest);
}

/* ---- what is there ---- */

/* As root, the store's folder is the server's user's, as et-sshd makes it. */
static enum admin_exit
restore_store_folder(const struct restore *r)
{
	const char *path = plan_store(r->plan.url);
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX];
	struct passwd *pw;
	struct stat st;

	if (slash == NULL || slash == path)
		return ADMIN_DONE;
	snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
	if (stat(folder, &st) == 0)
		return ADMIN_DONE;
	pw = getpwnam(r->stage.conf->user);
	if (geteuid() == 0 && pw == NULL)
		return admin_fail("no such user: %s; run systemd-sysusers",
		    r->stage.conf->user);
	if (mkdir(folder, 0700) == -1 ||
	    (geteuid() == 0 && chown(folder, pw->pw_uid, pw->pw_gid) == -1))
		return admin_fail("%s: %s", folder, strerror(errno));
	return ADMIN_DONE;
}

/* Another file is there, or a folder that is not empty. */
static bool
restore_is_in_the_way(const char *path)
{
	struct stat st;

	if (lstat(path, &st) == -1)
		return false;
	return !S_ISDIR(st.st_mode) || !stage_is_empty(path);
}

static enum admin_exit
restore_check_places(const struct restore *r)
{
	int i;

	for (i = 0; i < r->plan.moves && !r->force; i++)
		if (restore_is_in_the_way(r->plan.move[i].to))
			return admin_fail("%s exists and differs: --force "
					  "keeps it as %s%s and replaces it",
			    r->plan.move[i].to, r->plan.move[i].to,
			    r->plan.suffix);
	return ADMIN_DONE;
}

static enum admin_exit
restore_set_url(struct restore *r, const char *option)
{
	const char *url = option != NULL ? option : r->stage.conf->store;

	if (store_url_several(url))
		return admin_fail(
		    "the store of this backup was a database of PostgreSQL: "
		    "restore it with -s sqlite:/FILE, then copy that with "
		    "et-admin store copy sqlite:/FILE URL");
	if (strncmp(url, "sqlite:/", 8) != 0 ||
	    strlen(url) >= PATH_MAX - PLAN_SUFFIX)
		return admin_fail("store %s is not in a file", url);
	if (option == NULL &&
	    restore_place_store(r->stage.conf, r->plan.conf) != ADMIN_DONE)
		return ADMIN_FAILED;
	if ((r->plan.url = strdup(url)) == NULL)
		return admin_fail("out of memory");
	return ADMIN_DONE;
}

/* ---- restore ---- */

/* Everything lies beside its place, and nothing has been changed. */
static enum admin_exit
restore_prepare(struct restore *r, struct admin *a)
{
	if (stage_begin(&r->stage, r->plan.conf) != ADMIN_DONE ||
	    restore_read_files(r) != ADMIN_DONE ||
	    stage_unpack(&r->stage, &r->set, &r->plan) != ADMIN_DONE ||
	    restore_set_url(r, a->url) != ADMIN_DONE)
		return ADMIN_FAILED;
	plan_name_suffix(&r->plan);
	if (restore_store_folder(r) != ADMIN_DONE ||
	    restore_store_begin(&r->store, r->plan.url, r->plan.suffix,
		r->force) != ADMIN_DONE ||
	    restore_check_places(r) != ADMIN_DONE ||
	    restore_store_unpack(&r->store, r->fd, r->name,
		&r->manifest.member[r->manifest.members - 1]) != ADMIN_DONE)
		return ADMIN_FAILED;
	return archive_read_end(r->fd, r->name);
}

/* From the journal on: what is not moved yet is. */
static enum admin_exit
restore_carry_out(struct restore *r)
{
	if (restore_store_move(&r->store) != ADMIN_DONE ||
	    plan_move_all(&r->plan) != ADMIN_DONE ||
	    plan_forget(&r->plan) != ADMIN_DONE)
		return admin_fail("restore not complete: run et-admin restore, "
				  "without a file, to complete it");
	stage_remove(&r->stage, NULL);
	return ADMIN_DONE;
}

static void
restore_tell_aside(struct admin *a, const char *path, const char *suffix)
{
	char aside[PATH_MAX + PLAN_SUFFIX];
	struct stat st;

	snprintf(aside, sizeof(aside), "%s%s", path, suffix);
	if (lstat(aside, &st) == 0)
		output_text(a->out, aside);
}

/* Without a plan: nothing was done with it. */
static void
restore_report(struct admin *a, const struct restore *r)
{
	const struct manifest *m = &r->manifest;
	bool done = r->plan.url != NULL;
	int i;

	output_record(a->out, columns,
	    sizeof(columns) / sizeof(columns[0]) - (done ? 0 : 1));
	output_text(a->out, m->node);
	output_text(a->out, m->date);
	output_text(a->out, m->version);
	output_number(a->out, m->schema);
	output_number(a->out, m->members);
	if (done) {
		output_text(a->out, plan_store(r->plan.url));
		output_part(
		    a->out, "aside", "Replaced file kept as", aside_columns, 1);
		restore_tell_aside(a, plan_store(r->plan.url), r->plan.suffix);
	}
	for (i = 0; i < r->plan.moves; i++)
		restore_tell_aside(a, r->plan.move[i].to, r->plan.suffix);
	output_end(a->out);
}

static enum admin_exit
restore_new(struct restore *r, struct admin *a)
{
	enum admin_exit result = restore_prepare(r, a);

	if (result == ADMIN_DONE)
		result = plan_write(&r->plan);
	if (result == ADMIN_DONE)
		return restore_carry_out(r);
	/* If the journal may be there, all of it has to stay. */
	if (!restore_mark_stands(r->plan.conf)) {
		restore_store_drop(&r->store);
		stage_remove(&r->stage, &r->plan);
	}
	return result;
}

/* ---- the verb ---- */

/* Completes a restore that was interrupted. */
static enum admin_exit
restore_complete(struct restore *r, struct admin *a)
{
	if (!restore_mark_stands(r->plan.conf))
		return admin_usage(
		    "missing FILE, and no interrupted restore to complete; "
		    "usage: et-admin restore [--force] [--check] FILE|-");
	if (stage_begin(&r->stage, r->plan.conf) != ADMIN_DONE ||
	    plan_read(&r->plan, r->plan.conf) != ADMIN_DONE ||
	    restore_store_begin(&r->store, r->plan.url, r->plan.suffix, true) !=
		ADMIN_DONE ||
	    restore_carry_out(r) != ADMIN_DONE)
		return ADMIN_FAILED;
	output_line(a->out, "interrupted restore completed");
	return ADMIN_DONE;
}

static enum admin_exit
restore_check(struct restore *r, struct admin *a)
{
	enum admin_exit result = restore_read_files(r);
	struct member *store = &r->manifest.member[r->manifest.members - 1];

	if (result == ADMIN_DONE)
		result = archive_skip_file(r->fd, r->name, store);
	if (result == ADMIN_DONE)
		result = archive_read_end(r->fd, r->name);
	if (result == ADMIN_DONE)
		restore_report(a, r);
	return result;
}

static enum admin_exit
restore_run(struct restore *r, struct admin *a, const struct args *args)
{
	enum admin_exit result;

	if (args->words == 0)
		return restore_complete(r, a);
	if (restore_mark_stands(r->plan.conf))
		return admin_fail(
		    "a restore was interrupted: first run et-admin restore, "
		    "without a file, to complete it");
	r->force = args->value[ARG_FORCE] != NULL;
	if ((result = restore_open(r, args->word[0])) != ADMIN_DONE)
		return result;
	if (args->value[ARG_CHECK] != NULL)
		return restore_check(r, a);
	result = restore_new(r, a);
	if (result == ADMIN_DONE)
		restore_report(a, r);
	return result;
}

static enum admin_exit
run_restore(struct admin *a, const struct args *args)
{
	struct restore *r = calloc(1, sizeof(*r));
	enum admin_exit result;
	char *path;

	if (r == NULL)
		return admin_fail("out of memory");
	signal(SIGPIPE, SIG_IGN);
	/* As et-sshd looks for it. */
	path = realpath(a->conf_path, NULL);
	r->plan.conf = path != NULL ? path : a->conf_path;
	r->fd = r->stage.lock = r->store.fd = r->store.process.pid = -1;
	result = restore_run(r, a, args);
	restore_store_end(&r->store);
	stage_end(&r->stage);
	plan_clear(&r->plan);
	kept_free(&r->set);
	if (r->fd > STDIN_FILENO)
		close(r->fd);
	free(path);
	free(r);
	return result;
}

static const struct verb verbs[] = {
    {NULL, "[--force] [--check] [FILE|-]",
	"Restore the server of a backup on this machine.",
	"et-sshd must be stopped.  Store, configuration and keys are written "
	"to the\n"
	"paths that the backup's configuration names.  Without --force no "
	"existing file\n"
	"is replaced; with it, a replaced file is kept under a name that is "
	"printed.\n"
	"--check reads the backup and changes nothing.\n"
	"An interrupted restore is completed by et-admin restore, without "
	"FILE; until\n"
	"then et-sshd does not start.",
	0, 1, ARG_BIT(ARG_FORCE) | ARG_BIT(ARG_CHECK), VERB_BARE, run_restore},
    {.run = NULL},
};

const struct noun noun_restore = {
    "restore", "restore a server from a backup", verbs};
