#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin.h"
#include "hostfile.h"
#include "keygen.h"
#include "log_check.h"
#include "log_order.h"

/* ---- its key ---- */

static const struct column key_columns[] = {
    {"path", "File"}, {"key", "Fingerprint"}, {"public", "Public key"}};

static enum admin_exit
read_own_key(struct admin *a, struct key *key, char line[KEYGEN_LINE])
{
	const char *path = a->conf->event_log_key;
	char error[KEYGEN_ERROR];

	if (access(path, R_OK) == -1)
		return admin_fail("%s: %s%s", path, strerror(errno),
		    errno == ENOENT ? "; run et-admin log generate" : "");
	if (keygen_public(path, key, line, error) == -1)
		return admin_fail("%s: %s", path, error);
	return ADMIN_DONE;
}

static enum admin_exit
run_show(struct admin *a, const struct args *args)
{
	char line[KEYGEN_LINE], text[KEY_FINGERPRINT];
	struct key key;

	(void)args;
	if (read_own_key(a, &key, line) != ADMIN_DONE)
		return ADMIN_FAILED;
	key_fingerprint(key.digest, text);
	output_record(
	    a->out, key_columns, sizeof(key_columns) / sizeof(key_columns[0]));
	output_text(a->out, a->conf->event_log_key);
	output_text(a->out, text);
	output_text(a->out, line);
	output_end(a->out);
	return ADMIN_DONE;
}

static enum admin_exit
run_generate(struct admin *a, const struct args *args)
{
	const char *path = a->conf->event_log_key;
	char error[KEYGEN_ERROR], line[KEYGEN_LINE];
	struct hostfile file;
	struct key key;
	int made = -1;

	(void)args;
	if (access(path, F_OK) == 0) {
		output_line(a->out, "%s exists, not changed", path);
		return ADMIN_DONE;
	}
	if (hostfile_begin(&file, path, error) == 0 &&
	    keygen_make("ed25519", file.draft, error) == 0 &&
	    keygen_public(file.draft, &key, line, error) == 0)
		made = hostfile_commit(&file, path, error);
	hostfile_end(&file);
	if (made == -1)
		return admin_fail("cannot make the log key: %s", error);
	output_line(a->out,
	    "%s made; keep its public half on another machine, for log verify "
	    "--key: %s",
	    path, line);
	return ADMIN_DONE;
}

/* ---- verify ---- */

static const struct column problem_columns[] = {
    {"file", "FILE"}, {"line", "LINE"}, {"problem", "PROBLEM"}};
static const struct column report_columns[] = {{"lines", "Lines"},
    {"before", "Before the chain"}, {"chained", "Chained"},
    {"signed_to", "Signed up to"}, {"signed_at", "Signed at"},
    {"unsigned", "Chained, not yet signed"}, {"end", "Ends"},
    {"problems", "Problems"}};

struct verification {
	struct output *out;
	bool told; /* a problem */
};

static void
tell_problem(void *arg, const char *file, int64_t line, const char *what)
{
	struct verification *v = arg;

	if (!v->told)
		output_table(v->out, problem_columns,
		    sizeof(problem_columns) / sizeof(problem_columns[0]));
	v->told = true;
	output_text(v->out, file);
	output_number(v->out, line);
	output_text(v->out, what);
}

static void
tell_report(struct verification *v, const struct log_report *r)
{
	if (v->told)
		output_end(v->out);
	output_record(v->out, report_columns,
	    sizeof(report_columns) / sizeof(report_columns[0]));
	output_number(v->out, r->lines);
	output_number(v->out, r->before);
	output_number(v->out, r->chained);
	output_text(v->out, r->signed_to);
	output_text(v->out, r->signed_at);
	output_number(v->out, r->unsigned_);
	output_text(v->out, r->end);
	output_number(v->out, r->problems);
	output_end(v->out);
}

/* The public keys of a file; or the server's own. */
static int
read_keys(struct admin *a, const char *path, struct key *keys)
{
	char text[KEYGEN_LINE];
	FILE *fp;
	int n = 0;

	if (path == NULL)
		return read_own_key(a, keys, text) == ADMIN_DONE ? 1 : 0;
	if ((fp = admin_open(a, path)) == NULL) {
		admin_fail("%s: %s", path, strerror(errno));
		return 0;
	}
	while (n < LOG_KEYS && fgets(text, sizeof(text), fp) != NULL)
		n += key_parse(&keys[n], text) == KEY_OK;
	fclose(fp);
	if (n == 0)
		admin_fail("%s: no public key in this file", path);
	return n;
}

static enum admin_exit
verify_file(struct admin *a, struct log_check *c, const char *path)
{
	FILE *fp = admin_open(a, path);
	enum admin_exit result = ADMIN_DONE;
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	if (fp == NULL) {
		admin_fail("%s: %s", path, strerror(errno));
		return ADMIN_USAGE;
	}
	log_check_file(c, path);
	errno = 0;
	while (result == ADMIN_DONE && (n = getline(&line, &size, fp)) > 0)
		if (log_check_line(
			c, line, (size_t)(n - (line[n - 1] == '\n'))) == -1)
			result = ADMIN_USAGE;
	if (result != ADMIN_DONE || ferror(fp)) {
		admin_fail("%s: %s", path, strerror(errno));
		result = ADMIN_USAGE;
	}
	free(line);
	fclose(fp);
	return result;
}

/* In order; what comes by stdin can be read once, and is as it is. */
static enum admin_exit
verify_files(struct admin *a, struct log_check *c, const char **path, int n)
{
	enum admin_exit result = ADMIN_DONE;
	const char *unread;
	int i;

	for (i = 0; i < n; i++)
		if (strcmp(path[i], "-") == 0 && n > 1)
			return admin_usage("- cannot be combined with files");
	if (n > 1 && log_order(path, n, &unread) == -1) {
		admin_fail("%s: %s", unread, strerror(errno));
		return ADMIN_USAGE;
	}
	for (i = 0; i < n && result == ADMIN_DONE; i++)
		result = verify_file(a, c, path[i]);
	return result;
}

static enum admin_exit
run_verify(struct admin *a, const struct args *args)
{
	struct verification v = {.out = a->out};
	struct key keys[LOG_KEYS];
	const char *path[LOG_FILES];
	enum admin_exit result;
	struct log_report r;
	struct log_check *c;
	int i, nkeys;

	if (args->words > LOG_FILES)
		return admin_usage("at most %d files", LOG_FILES);
	for (i = 0; i < args->words; i++)
		path[i] = args->word[i];
	if ((nkeys = read_keys(a, args->value[ARG_KEY], keys)) == 0)
		return ADMIN_USAGE;
	if ((c = log_check_new(keys, nkeys, tell_problem, &v)) == NULL) {
		admin_fail("out of memory");
		return ADMIN_USAGE;
	}
	result = verify_files(a, c, path, args->words);
	if (result == ADMIN_DONE) {
		log_check_end(c, &r);
		tell_report(&v, &r);
		if (r.problems > 0)
			result = ADMIN_FAILED;
	}
	log_check_free(c);
	return result;
}

static const struct verb verbs[] = {
    {"verify", "FILE...",
	"Check a sealed event log for lines changed, missing or moved.",
	"The files are those of one rotated log, in any order; - reads stdin, "
	"and cannot\n"
	"be combined with files.  Signatures are verified with the key of "
	"--key, by\n"
	"default that of et-sshd.conf.  Exit status: 0 when no problem is "
	"found, 1 when\n"
	"one is, 2 when a file cannot be read.",
	1, -1, ARG_BIT(ARG_KEY), 0, run_verify},
    {"generate", "", "Generate the key that signs the event log.",
	"Then set event-log-seal = true, and restart the server.", 0, 0, 0,
	VERB_ROOT, run_generate},
    {"show", "", "Show the public half of the key that signs the event log.",
	NULL, 0, 0, 0, 0, run_show},
    {.run = NULL},
};

const struct noun noun_log = {"log", "verify the sealed event log", verbs};
