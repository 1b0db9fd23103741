#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "archive.h"
#include "draft.h"
#include "prune.h"

#define KEEP_MAX 10000

static const struct column columns[] = {{"file", "File"}, {"size", "Bytes"},
    {"files", "Files"}, {"schema", "Store's schema"}, {"node", "Node"},
    {"date", "Date"}, {"removed", "Older backups removed"}};

struct backup {
	struct kept_set kept;
	struct snapshot snapshot;
	struct manifest manifest;
	char path[PATH_MAX]; /* "-": standard output */
	char folder[PATH_MAX]; /* of many, or "" */
	unsigned int keep; /* 0: all */
};

static bool
backup_is_folder(const char *path)
{
	struct stat st;
	size_t n = strlen(path);

	return (n > 0 && path[n - 1] == '/') ||
	       (stat(path, &st) == 0 && S_ISDIR(st.st_mode));
}

/* Where it goes: the word, or a new name in the folder that it means. */
static enum admin_exit
backup_place(struct backup *b, const char *word)
{
	time_t now = time(NULL);
	struct tm tm;
	char name[64];
	int n;

	gmtime_r(&now, &tm);
	strftime(b->manifest.date, sizeof(b->manifest.date),
	    "%Y-%m-%dT%H:%M:%SZ", &tm);
	n = snprintf(b->path, sizeof(b->path), "%s", word);
	if (strcmp(word, "-") != 0 && backup_is_folder(word)) {
		if (mkdir(word, 0700) == -1 && errno != EEXIST)
			return admin_fail("%s: %s", word, strerror(errno));
		snprintf(b->folder, sizeof(b->folder), "%s", word);
		strftime(name, sizeof(name),
		    PRUNE_PREFIX "%Y%m%dT%H%M%SZ" PRUNE_SUFFIX, &tm);
		n = snprintf(b->path, sizeof(b->path), "%s%s%s", word,
		    word[strlen(word) - 1] == '/' ? "" : "/", name);
	}
	if ((size_t)n >= sizeof(b->path) - 8)
		return admin_fail("%.60s...: %s", word, strerror(ENAMETOOLONG));
	if (b->keep != 0 && b->folder[0] == '\0')
		return admin_usage(
		    "--keep needs a folder of backups: %s/", word);
	return ADMIN_DONE;
}

static enum admin_exit
backup_keep(const char *text, unsigned int *keep)
{
	char *end;
	unsigned long n;

	*keep = 0;
	if (text == NULL)
		return ADMIN_DONE;
	n = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end != '\0' || n < 1 || n > KEEP_MAX)
		return admin_usage(
		    "--keep: %s is not a number from 1 to %d", text, KEEP_MAX);
	*keep = (unsigned int)n;
	return ADMIN_DONE;
}

static enum admin_exit
backup_manifest(struct backup *b)
{
	struct manifest *m = &b->manifest;
	int i;

	m->schema = b->snapshot.schema;
	snprintf(m->version, sizeof(m->version), "%s", PACKAGE_VERSION);
	snprintf(m->node, sizeof(m->node), "%s", b->snapshot.node);
	for (i = 0; i < b->kept.n; i++)
		m->member[m->members++] = b->kept.file[i].member;
	m->member[m->members++] = b->snapshot.member;
	return b->snapshot.member.size <= USTAR_MAX
		   ? ADMIN_DONE
		   : admin_fail("the store is larger than 8 GiB, which a "
				"backup cannot hold");
}

/* Written, read again and compared, and only then in its place. */
static enum admin_exit
backup_write_file(struct backup *b)
{
	enum admin_exit result;
	struct draft draft;

	result = draft_begin(&draft, b->path);
	if (result == ADMIN_DONE)
		result = archive_write(
		    draft.fd, b->path, &b->manifest, &b->kept, &b->snapshot);
	if (result == ADMIN_DONE)
		result = archive_check(draft.fd, b->path);
	if (result == ADMIN_DONE)
		result = draft_commit(&draft);
	draft_end(&draft);
	return result;
}

static enum admin_exit
backup_write(struct backup *b)
{
	if (strcmp(b->path, "-") == 0)
		return archive_write(STDOUT_FILENO, "standard output",
		    &b->manifest, &b->kept, &b->snapshot);
	return backup_write_file(b);
}

static void
backup_report(struct admin *a, const struct backup *b, int removed)
{
	struct stat st = {.st_size = 0};

	stat(b->path, &st);
	output_record(a->out, columns, sizeof(columns) / sizeof(columns[0]));
	output_text(a->out, b->path);
	output_number(a->out, st.st_size);
	output_number(a->out, b->manifest.members);
	output_number(a->out, b->manifest.schema);
	output_text(a->out, b->manifest.node);
	output_text(a->out, b->manifest.date);
	output_number(a->out, removed);
	output_end(a->out);
}

static enum admin_exit
backup_finish(struct admin *a, struct backup *b)
{
	int removed = 0;

	if (strcmp(b->path, "-") == 0)
		return ADMIN_DONE;
	if (b->keep != 0 && (removed = prune_folder(b->folder, b->keep)) == -1)
		return ADMIN_FAILED;
	backup_report(a, b, removed);
	return ADMIN_DONE;
}

static enum admin_exit
run_backup(struct admin *a, const struct args *args)
{
	struct backup *b;
	enum admin_exit result;

	if (strcmp(args->word[0], "-") == 0 && isatty(STDOUT_FILENO))
		return admin_usage("standard output is a terminal: name a "
				   "FILE, or redirect the output");
	if ((b = calloc(1, sizeof(*b))) == NULL)
		return admin_fail("out of memory");
	b->snapshot.fd = b->snapshot.process.pid = -1;
	if ((result = backup_keep(args->value[ARG_KEEP], &b->keep)) ==
		ADMIN_DONE &&
	    (result = backup_place(b, args->word[0])) == ADMIN_DONE &&
	    (result = kept_collect(&b->kept, a->conf_path, a->conf)) ==
		ADMIN_DONE &&
	    (result = snapshot_begin(&b->snapshot, a->url, a->conf->user)) ==
		ADMIN_DONE &&
	    (result = backup_manifest(b)) == ADMIN_DONE)
		result = backup_write(b);
	if (result == ADMIN_DONE)
		result = backup_finish(a, b);
	snapshot_end(&b->snapshot);
	kept_free(&b->kept);
	free(b);
	return result;
}

static const struct verb verbs[] = {
    {NULL, "[--keep N] FILE|FOLDER|-",
	"Save store, configuration and host keys in one file.",
	"FILE is a tar archive of mode 0600 that contains the private host "
	"keys.  It\n"
	"is written while the server runs, read back, and only then replaces "
	"an\n"
	"existing FILE.  In a FOLDER, which ends in / or exists, it is named\n"
	"et-phone-home-TIME.tar, and --keep leaves the N newest backups.  - "
	"writes to\n"
	"standard output.  A store of PostgreSQL is saved as one of SQLite.",
	1, 1, ARG_BIT(ARG_KEEP), VERB_ROOT, run_backup},
    {.run = NULL},
};

const struct noun noun_backup = {
    "backup", "save store, configuration and host keys", verbs};
