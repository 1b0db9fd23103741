/*
 * event-log-seal: the chain holds whatever befalls the log, and no byte of it
 * can be changed.
 */
#include "config.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "event.h"
#include "folder.h"
#include "log_check.h"
#include "log_order.h"
#include "unit.h"

#define PRIVATE                                                                \
	"-----BEGIN OPENSSH PRIVATE KEY-----\n"                                \
	"b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gt" \
	"ZW\n"                                                                 \
	"QyNTUxOQAAACAf4/6+I7b13kbYr3zFyFyDfh8/"                               \
	"QmG5Hxc+P3jlCaMaJQAAAIiHAFr+hwBa\n"                                   \
	"/gAAAAtzc2gtZWQyNTUxOQAAACAf4/6+I7b13kbYr3zFyFyDfh8/"                 \
	"QmG5Hxc+P3jlCaMaJQ\n"                                                 \
	"AAAEARekSU0GdT7WgN+Pylp9LPX+rU/fgzvZ0GwhS9msYsfx/j/"                  \
	"r4jtvXeRtivfMXIXIN+\n"                                                \
	"Hz9CYbkfFz4/eOUJoxolAAAAAAECAwQF\n"                                   \
	"-----END OPENSSH PRIVATE KEY-----\n"
#define PUBLIC         \
	"ssh-ed25519 " \
	"AAAAC3NzaC1lZDI1NTE5AAAAIB/j/r4jtvXeRtivfMXIXIN+Hz9CYbkfFz4/eOUJoxol"

static char first[LOG_PLACE + 256]; /* the first problem of a check */

static void
note_problem(void *arg, const char *file, int64_t line, const char *what)
{
	(void)arg;
	if (first[0] == '\0')
		snprintf(
		    first, sizeof(first), "%s:%d: %s", file, (int)line, what);
}

/* What et-admin log verify says of the files with these texts. */
static struct log_report
verify(const char *text, const char *more)
{
	struct log_report report;
	struct log_check *c;
	struct key key;
	const char *texts[] = {text, more}, *end;
	size_t i;

	first[0] = '\0';
	assert_int_equal(key_parse(&key, PUBLIC), KEY_OK);
	assert_non_null(c = log_check_new(&key, 1, note_problem, NULL));
	for (i = 0; i < 2 && texts[i] != NULL; i++) {
		log_check_file(c, i == 0 ? "one" : "two");
		for (text = texts[i]; *text != '\0'; text = end) {
			end = strchrnul(text, '\n');
			assert_int_equal(
			    log_check_line(c, text, (size_t)(end - text)), 0);
			end += *end == '\n';
		}
	}
	log_check_end(c, &report);
	log_check_free(c);
	return report;
}

static void
holds(const char *text, const char *more)
{
	struct log_report r = verify(text, more);

	assert_string_equal(first, "");
	assert_int_equal(r.problems, 0);
	assert_int_equal(r.unsigned_, 0);
	assert_string_equal(r.end, "with the server's stop");
}

static void
holds_file(const char *path)
{
	char *text = folder_read(path);

	holds(text, NULL);
	free(text);
}

static struct eventlog *
open_chain(struct folder *f, const char *path)
{
	struct eventlog *log = event_open(path, "n1");
	const char *key = folder_write(f, "key", PRIVATE, 0600);

	assert_non_null(log);
	assert_null(event_chain(log, key));
	return log;
}

static void
log_many(struct eventlog *log, int n)
{
	struct event e;

	for (; n > 0; n--) {
		e = event_begin(log, "limit");
		event_text(
		    &e, "reason", "two hundred bytes are a line, more or less");
		event_int(&e, "count", n);
		event_end(&e);
	}
}

static void
no_byte_can_change(void **state)
{
	char path[FOLDER_PATH], *text, *p, was;
	struct log_report r;
	struct eventlog *log;
	int bit;

	strcpy(path, folder_file(*state, "log"));
	log = open_chain(*state, path);
	log_many(log, 3);
	event_sign(log, "hour");
	event_sign(log, "hour"); /* nothing came: it is not done */
	log_many(log, 1);
	event_close(log);
	text = folder_read(path);
	holds(text, NULL);
	assert_int_equal(verify(text, NULL).lines, 8);
	for (p = text; *p != '\0'; p++)
		for (bit = 1; bit < 256; bit *= 2) {
			was = *p;
			*p = (char)(was ^ bit);
			if (*p != '\0' && !(p[1] == '\0' && was == '\n')) {
				r = verify(text, NULL);
				assert_true(r.problems > 0 ||
					    strcmp(r.end,
						"with the server's stop") != 0);
			}
			*p = was;
		}
	free(text);
}

/* Nobody reads the pipe: lines are lost, and one is cut. */
static void
lost_lines_leave_no_gap(void **state)
{
	const size_t size = 4 * 1024 * 1024;
	char path[FOLDER_PATH], *text = malloc(size);
	struct eventlog *log;
	size_t len = 0;
	ssize_t n;
	int fd, i;

	assert_non_null(text);
	strcpy(path, folder_file(*state, "log"));
	assert_int_equal(mkfifo(path, 0600), 0);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	log = open_chain(*state, path);
	for (i = 0; i < 20; i++) {
		log_many(log, 1000); /* more than a pipe takes at once */
		event_flush(log);
	}
	assert_true(event_dropped(log) > 0);
	do {
		if ((n = read(fd, text + len, size - len - 1)) > 0)
			len += (size_t)n;
		event_flush(log);
	} while (n > 0);
	event_close(log);
	while ((n = read(fd, text + len, size - len - 1)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	holds(text, NULL);
	assert_non_null(strstr(text, "\"whole\":"));
	close(fd);
	free(text);
}

/* What journald keeps of a stream: lines, without the priority of each. */
static void
take_levels(char *text)
{
	char *to = text, *end;

	for (; *text != '\0'; text = end) {
		end = strchr(text, '\n') + 1;
		assert_true(text[0] == '<' && text[2] == '>');
		memmove(to, text + 3, (size_t)(end - text) - 3);
		to += end - text - 3;
	}
	*to = '\0';
}

/* A priority is no part of the line, whether lines are lost or not. */
static void
levels_are_not_sealed(void **state)
{
	char *text = malloc(4 * 1024 * 1024), stream[64];
	int ends[2], was = dup(STDERR_FILENO), i;
	struct eventlog *log;
	size_t len = 0;
	struct stat st;
	ssize_t n;

	assert_int_equal(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
	assert_int_equal(fstat(ends[1], &st), 0);
	snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	dup2(ends[1], STDERR_FILENO);
	log = open_chain(*state, "stderr");
	for (i = 0; i < 20; i++) {
		log_many(log, 1000);
		event_flush(log);
	}
	dup2(was, STDERR_FILENO);
	unsetenv("JOURNAL_STREAM");
	assert_true(event_dropped(log) > 0);
	do {
		if ((n = read(ends[0], text + len, 65536)) > 0)
			len += (size_t)n;
		event_flush(log);
	} while (n > 0);
	event_close(log);
	while ((n = read(ends[0], text + len, 65536)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	take_levels(text);
	holds(text, NULL);
	close(ends[0]);
	close(ends[1]);
	close(was);
	free(text);
}

/* The file may not grow: what was written of a line is taken back. */
static void
a_full_disk_leaves_no_gap(void **state)
{
	char path[FOLDER_PATH];
	struct rlimit was, small;
	struct eventlog *log;

	strcpy(path, folder_file(*state, "log"));
	log = open_chain(*state, path);
	log_many(log, 2);
	event_flush(log);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	small = was;
	small.rlim_cur = 2500;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	log_many(log, 20);
	event_flush(log);
	event_sign(log, "hour"); /* and is lost */
	event_flush(log);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_true(event_dropped(log) > 0);
	log_many(log, 2);
	event_close(log);
	holds_file(path);
}

/* A line that is cut in one file does not go on in the next. */
static void
a_cut_line_at_a_rotation(void **state)
{
	char path[FOLDER_PATH], old[1 << 17], *text;
	struct eventlog *log;
	ssize_t n;
	int fd;

	strcpy(path, folder_file(*state, "log"));
	assert_int_equal(mkfifo(path, 0600), 0);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	log = open_chain(*state, path);
	log_many(log, 500);
	event_flush(log);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(event_reopen(log), 0);
	log_many(log, 2);
	event_close(log);
	n = read(fd, old, sizeof(old) - 1);
	assert_true(n > 1000);
	old[n] = '\0';
	assert_int_not_equal(old[n - 1], '\n');
	text = folder_read(path);
	holds(old, text);
	free(text);
	close(fd);
}

/* Whatever the end of the file is, the next start goes on behind it. */
static void
goes_on_behind_any_end(void **state)
{
	static const char *const ends[] = {"", "{\"ts\":\"2026", "no event",
	    "{\"event\":\"old\"}\n", "\n", "\n\n", "x\ny"};
	char path[FOLDER_PATH], *text;
	struct eventlog *log;
	size_t i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		strcpy(path, folder_write(*state, "log", ends[i], 0600));
		event_close(open_chain(*state, path));
		log = open_chain(*state, path);
		log_many(log, 1);
		event_close(log);
		text = folder_read(path);
		assert_int_equal(strncmp(text, ends[i], strlen(ends[i])), 0);
		holds(text, NULL);
		free(text);
		/* And torn, in the last line of the chain. */
		text = folder_read(path);
		text[strlen(text) - 20] = '\0';
		folder_write(*state, "log", text, 0600);
		free(text);
		event_close(open_chain(*state, path));
		holds_file(path);
	}
}

/* A line of a chain, into a file of its own; last becomes its hash. */
static void
put_line(
    struct folder *f, const char *name, const char *ts, char last[LOG_SEAL_HEX])
{
	char line[256];
	int n;

	n = snprintf(line, sizeof(line),
	    "{\"ts\":\"%s\",\"event\":\"limit\",\"prev\":\"%s\"}\n", ts, last);
	folder_write(f, name, line, 0600);
	log_seal_hash(line, (size_t)n - 1, last);
}

/* Lines that a chain has, but no signature when one is due. */
static void
a_late_signature(void **state)
{
	static const char *const times[] = {"2026-01-01T00:00:00.000000Z",
	    "2026-01-01T01:59:59.000000Z", "2026-01-01T02:00:01.000000Z",
	    "2026-01-01T09:00:00.000000Z"};
	char last[LOG_SEAL_HEX] = LOG_SEAL_NONE, text[2048] = "", *line;
	struct log_report r;
	size_t i;

	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		put_line(*state, "line", times[i], last);
		line = folder_read(folder_file(*state, "line"));
		strcat(text, line);
		free(line);
		r = verify(text, NULL);
		/* That there is none at all is the last. */
		assert_int_equal(r.problems, i < 2 ? 1 : 2);
		assert_int_equal(r.unsigned_, i + 1);
	}
	assert_string_equal(first, "one:3: the lines before this signature "
				   "were not signed within an hour");
}

/* Files are in the order of their chain; the clock only orders chains. */
static void
files_in_order(void **state)
{
	static const int orders[][4] = {
	    {0, 1, 2, 3}, {3, 2, 1, 0}, {1, 3, 0, 2}, {2, 0, 3, 1}};
	static const char *const names[] = {"a", "b", "c", "d"};
	char paths[4][FOLDER_PATH], last[LOG_SEAL_HEX] = LOG_SEAL_NONE;
	const char *path[4], *unread;
	size_t i, k;

	put_line(*state, "a", "2026-01", last);
	put_line(*state, "b", "2026-09", last);
	put_line(*state, "c", "2026-03", last);
	strcpy(last, LOG_SEAL_NONE);
	put_line(*state, "d", "2026-02", last);
	for (i = 0; i < 4; i++)
		strcpy(paths[i], folder_file(*state, names[i]));
	for (i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		for (k = 0; k < 4; k++)
			path[k] = paths[orders[i][k]];
		assert_int_equal(log_order(path, 4, &unread), 0);
		for (k = 0; k < 4; k++)
			assert_string_equal(path[k], paths[k]);
	}
	path[2] = folder_file(*state, "none");
	assert_int_equal(log_order(path, 4, &unread), -1);
	assert_string_equal(unread, path[2]);
}

static void
keys_that_are_none(void **state)
{
	char path[FOLDER_PATH];
	struct eventlog *log;

	strcpy(path, folder_file(*state, "log"));
	assert_non_null(log = event_open(path, "n1"));
	assert_string_equal(event_chain(log, folder_file(*state, "none")),
	    "No such file or directory");
	assert_string_equal(
	    event_chain(log, folder_write(*state, "key", PRIVATE, 0644)),
	    "readable by other users: chmod 600");
	assert_non_null(
	    event_chain(log, folder_write(*state, "key", "nothing", 0600)));
	event_reason(log, "stop", NULL);
	event_close(log);
	/* It is a log without a chain. */
	assert_int_equal(verify("{\"event\":\"stop\"}\n", NULL).problems, 1);
}

#define IN_FOLDER(test) \
	cmocka_unit_test_setup_teardown(test, folder_make, folder_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_FOLDER(no_byte_can_change),
	    IN_FOLDER(lost_lines_leave_no_gap),
	    IN_FOLDER(levels_are_not_sealed),
	    IN_FOLDER(a_full_disk_leaves_no_gap),
	    IN_FOLDER(a_cut_line_at_a_rotation),
	    IN_FOLDER(goes_on_behind_any_end),
	    IN_FOLDER(a_late_signature),
	    IN_FOLDER(files_in_order),
	    IN_FOLDER(keys_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
