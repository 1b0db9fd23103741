/*
 * The event log: a line an event, whatever is in it, and no waiting for who
 * does not read.
 */
#include "config.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "clean.h"
#include "event.h"
#include "event_level.h"
#include "folder.h"
#include "unit.h"

#define LINE 200 /* bytes of reason in the events that fill a log */

/* Every line is an event; returns them as an array. */
static json_t *
events_of(char *text)
{
	json_t *all = json_array(), *o;
	char *line, *rest = text;
	size_t len = strlen(text);

	assert_true(len == 0 || text[len - 1] == '\n');
	while ((line = strsep(&rest, "\n")) != NULL && rest != NULL) {
		if ((o = json_loads(line, 0, NULL)) == NULL)
			fail_msg("not an event: \"%s\"", line);
		assert_non_null(json_object_get(o, "ts"));
		assert_non_null(json_object_get(o, "event"));
		json_array_append_new(all, o);
	}
	return all;
}

static json_t *
events_in(const char *path)
{
	char *text = folder_read(path);
	json_t *all = events_of(text);

	free(text);
	return all;
}

static const char *
value(const json_t *all, size_t i, const char *key)
{
	return json_string_value(json_object_get(json_array_get(all, i), key));
}

static void
log_many(struct eventlog *log, int n)
{
	char reason[LINE + 1];

	memset(reason, 'x', LINE);
	reason[LINE] = '\0';
	for (; n > 0; n--)
		event_reason(log, "limit", reason);
}

/* The sum of what the log itself says it lost. */
static uint64_t
reported(const json_t *all)
{
	json_t *o;
	uint64_t sum = 0;
	size_t i;

	json_array_foreach(all, i, o)
		sum +=
		    (uint64_t)json_integer_value(json_object_get(o, "count"));
	return sum;
}

static void
test_a_line_an_event(void **state)
{
	struct folder *f = *state;
	const char *path = folder_file(f, "log"), *ts;
	struct eventlog *log = event_open(path, "n1");
	struct event e;
	json_t *all;

	assert_non_null(log);
	event_reason(log, "stop", "told to");
	e = event_begin(log, "login");
	event_int(&e, "conn", 7);
	event_text(&e, "client", NULL);
	event_end(&e);
	event_flush(log);
	all = events_in(path);
	assert_int_equal(json_array_size(all), 2);
	assert_string_equal(value(all, 0, "event"), "stop");
	assert_string_equal(value(all, 0, "node"), "n1");
	assert_string_equal(value(all, 0, "reason"), "told to");
	assert_string_equal(value(all, 1, "event"), "login");
	assert_null(value(all, 1, "client"));
	/* 2026-01-31T23:59:59.000001Z */
	ts = value(all, 0, "ts");
	assert_int_equal(strlen(ts), 27);
	assert_int_equal(ts[10], 'T');
	assert_int_equal(ts[19], '.');
	assert_int_equal(ts[26], 'Z');
	json_decref(all);
	event_close(log);
	event_close(NULL);
}

/* The text behind the time, to the byte: fields in their order, NULL left out. */
static void
test_fields(void **state)
{
	struct folder *f = *state;
	const char *path = folder_file(f, "log");
	struct eventlog *log = event_open(path, "n1");
	struct event e = event_begin(log, "login");
	char *text;

	event_int(&e, "least", INT64_MIN);
	event_text(&e, "none", NULL);
	event_text(&e, "text", "\"\303\251\\");
	event_json(&e, "list", json_pack("[s, {s:s}]", "a", "b", "c"));
	event_json(&e, "nothing", NULL);
	event_bool(&e, "no", false);
	event_bool(&e, "yes", true);
	event_ms(&e, 1.9999);
	event_end(&e);
	event_close(log);
	text = folder_read(path);
	assert_memory_equal(text, "{\"ts\":\"", 7);
	assert_string_equal(text + 7 + strlen("2026-01-31T23:59:59.000001Z"),
	    "\",\"event\":\"login\",\"node\":\"n1\","
	    "\"least\":-9223372036854775808,"
	    "\"text\":\"\\\"\\u00E9\\\\\","
	    "\"list\":[\"a\",{\"b\":\"c\"}],"
	    "\"no\":false,\"yes\":true,\"ms\":1999}\n");
	free(text);
}

/* One field that cannot be added is the loss of its event, and of no other. */
static void
test_lost_once(void **state)
{
	struct folder *f = *state;
	struct eventlog *log = event_open(folder_file(f, "log"), "n1");
	struct event e = event_begin(log, "login");

	event_text(&e, "client", "\377");
	event_text(&e, "client", "\377");
	event_int(&e, "conn", 7);
	event_end(&e);
	assert_int_equal(event_dropped(log), 1);
	event_close(log);
}

/* Each byte alone, and all of them together. */
static void
test_every_byte(void **state)
{
	struct folder *f = *state;
	const char *path = folder_file(f, "log");
	struct eventlog *log = event_open(path, "n1");
	char raw[256], clean[1024], one[2] = "", *text, *p;
	json_t *all;
	int ch;

	for (ch = 1; ch < 256; ch++) {
		raw[ch - 1] = one[0] = (char)ch;
		clean_text(clean, sizeof(clean), one);
		event_reason(log, "limit", clean);
	}
	raw[255] = '\0';
	clean_text(clean, sizeof(clean), raw);
	event_reason(log, "limit", clean);
	event_flush(log);
	text = folder_read(path);
	for (p = text; *p != '\0'; p++)
		assert_true(*p == '\n' || (*p >= ' ' && *p <= '~'));
	all = events_of(text);
	assert_int_equal(json_array_size(all), 256);
	assert_string_equal(value(all, 9, "reason"), "\\x0a");
	assert_string_equal(value(all, 255, "reason"), clean);
	assert_int_equal(event_dropped(log), 0);
	json_decref(all);
	free(text);
	event_close(log);
}

/* What is not UTF-8 should have been cleaned: lost, counted, said. */
static void
test_unclean(void **state)
{
	struct folder *f = *state;
	const char *path = folder_file(f, "log");
	struct eventlog *log = event_open(path, "n1");
	json_t *all;

	event_reason(log, "limit", "\377\376");
	assert_int_equal(event_dropped(log), 1);
	event_reason(log, "stop", "");
	event_flush(log);
	all = events_in(path);
	assert_int_equal(json_array_size(all), 2);
	assert_string_equal(value(all, 0, "event"), "stop");
	assert_int_equal(reported(all), 1);
	json_decref(all);
	event_close(log);
}

static void
test_append_and_reopen(void **state)
{
	struct folder *f = *state;
	char path[FOLDER_PATH], old[FOLDER_PATH];
	struct eventlog *log;
	struct stat st;
	json_t *all;

	strcpy(old, folder_file(f, "log.1"));
	strcpy(path, folder_file(f, "log"));
	log = event_open(path, "n1");
	event_reason(log, "start", NULL);
	event_close(log);
	log = event_open(path, "n1");
	event_reason(log, "stop", NULL);
	assert_int_equal(rename(path, old), 0);
	assert_int_equal(event_reopen(log), 0);
	event_reason(log, "reload", NULL);
	event_close(log);
	all = events_in(old);
	assert_int_equal(json_array_size(all), 2);
	assert_string_equal(value(all, 1, "event"), "stop");
	json_decref(all);
	all = events_in(path);
	assert_int_equal(json_array_size(all), 1);
	assert_string_equal(value(all, 0, "event"), "reload");
	json_decref(all);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07027, 0);
}

static void
test_reopen_fails(void **state)
{
	struct folder *f = *state;
	char path[FOLDER_PATH], old[FOLDER_PATH];
	struct eventlog *log;
	json_t *all;

	strcpy(old, folder_file(f, "log.1"));
	strcpy(path, folder_file(f, "log"));
	assert_null(event_open(f->path, "n1"));
	assert_int_equal(errno, EISDIR);
	log = event_open(path, "n1");
	assert_int_equal(rename(path, old), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(event_reopen(log), -1);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(rmdir(path), 0);
	event_reason(log, "stop", NULL);
	event_close(log);
	all = events_in(old);
	assert_int_equal(json_array_size(all), 1);
	json_decref(all);
}

/* Stderr is a file for what function does. */
static int
swap_stderr(int fd)
{
	int saved = dup(STDERR_FILENO);

	assert_int_not_equal(saved, -1);
	assert_int_not_equal(dup2(fd, STDERR_FILENO), -1);
	return saved;
}

/* All that a pipe has now, behind what text has. */
static size_t
drain(int fd, char *text, size_t len, size_t size)
{
	ssize_t n;

	while (len + 1 < size && (n = read(fd, text + len, size - len - 1)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	return len;
}

/*
 * Stderr is a pipe that blocks and that nobody reads: twice as much as is
 * kept in memory is lost, nothing waits, and when it is read again the lines
 * are whole and say how many are missing.
 */
static void
test_pipe_nobody_reads(void **state)
{
	const size_t size = 4 * 1024 * 1024;
	const int n = 12000;
	struct eventlog *log;
	uint64_t dropped;
	char *text, *broken, *end;
	int pair[2], saved, i;
	size_t len = 0, got;
	json_t *all;

	(void)state;
	assert_non_null(text = malloc(size));
	assert_int_equal(pipe2(pair, O_CLOEXEC), 0);
	assert_int_equal(fcntl(pair[0], F_SETFL, O_NONBLOCK), 0);
	saved = swap_stderr(pair[1]);
	log = event_open("stderr", "n1");
	alarm(60); /* ends the test if anything blocks */
	for (i = 0; i < n; i += 100) {
		log_many(log, 100); /* more than a pipe takes at once */
		event_flush(log);
	}
	dropped = event_dropped(log);
	do {
		got = len;
		len = drain(pair[0], text, len, size);
		event_flush(log);
	} while (len > got);
	alarm(0);
	dup2(saved, STDERR_FILENO);
	close(saved);
	event_close(log);
	close(pair[0]);
	close(pair[1]);
	assert_true(dropped > 0);
	/* The one that was cut has been ended: take it out, with its line. */
	for (broken = text; (end = strchr(broken, '\n')) != NULL;
	     broken = end + 1)
		if (end[-1] != '}')
			break;
	assert_non_null(end);
	memmove(broken, end + 1, strlen(end + 1) + 1);
	all = events_of(text);
	assert_int_equal(reported(all), dropped);
	/* All that were not lost, and the line that says so. */
	assert_int_equal(json_array_size(all), (uint64_t)n - dropped + 1);
	json_decref(all);
	free(text);
}

/* A fifo in the folder that is the log; returns the end to read. */
static int
open_fifo(const char *path, struct eventlog **log)
{
	int fd;

	assert_int_equal(mkfifo(path, 0600), 0);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_int_not_equal(fd, -1);
	assert_non_null(*log = event_open(path, "n1"));
	return fd;
}

/* A line that was cut and then written whole needs no end of its own. */
static void
test_pipe_whole_lines(void **state)
{
	const size_t size = 1024 * 1024;
	struct eventlog *log;
	char *text = malloc(size);
	int fd, null = open("/dev/null", O_WRONLY | O_CLOEXEC), saved;
	size_t len = 0, got;
	json_t *all;

	assert_non_null(text);
	fd = open_fifo(folder_file(*state, "log"), &log);
	log_many(log, 100);
	event_flush(log);
	saved = swap_stderr(null);
	while (event_dropped(log) == 0) {
		log_many(log, 10); /* less than a pipe takes at once */
		event_flush(log);
	}
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(null);
	log_many(log, 1);
	do {
		got = len;
		len = drain(fd, text, len, size);
		event_flush(log);
	} while (len > got);
	all = events_of(text);
	assert_int_equal(reported(all), event_dropped(log));
	json_decref(all);
	event_close(log);
	close(fd);
	free(text);
}

/* What is cut in one file does not go on in another. */
static void
test_reopen_elsewhere(void **state)
{
	char path[FOLDER_PATH];
	struct eventlog *log;
	json_t *all;
	int fd;

	strcpy(path, folder_file(*state, "log"));
	fd = open_fifo(path, &log);
	log_many(log, 500);
	event_flush(log);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(event_reopen(log), 0);
	event_flush(log);
	all = events_in(path);
	assert_true(json_array_size(all) > 1);
	assert_int_equal(event_dropped(log), 1);
	assert_int_equal(reported(all), 1);
	json_decref(all);
	event_close(log);
	close(fd);
}

/* The buffer is full before anybody could flush it. */
static void
test_burst(void **state)
{
	struct folder *f = *state;
	const char *path = folder_file(f, "log");
	struct eventlog *log = event_open(path, "n1");
	uint64_t dropped;
	json_t *all;

	log_many(log, 10000);
	dropped = event_dropped(log);
	assert_true(dropped > 0);
	event_flush(log);
	assert_int_equal(event_dropped(log), dropped);
	all = events_in(path);
	assert_int_equal(json_array_size(all), 10000 - dropped + 1);
	assert_int_equal(reported(all), dropped);
	json_decref(all);
	event_close(log);
}

static void
test_dev_full(void **state)
{
	struct folder *f = *state;
	char path[FOLDER_PATH], said[FOLDER_PATH], *text;
	struct eventlog *log;
	int saved, fd, i;
	json_t *all;

	strcpy(said, folder_write(f, "stderr", "", 0600));
	strcpy(path, folder_file(f, "log"));
	if (symlink("/dev/full", path) == -1 ||
	    (log = event_open(path, "n1")) == NULL)
		skip();
	fd = open(said, O_WRONLY | O_CLOEXEC);
	saved = swap_stderr(fd);
	for (i = 0; i < 5; i++) {
		log_many(log, 2);
		event_flush(log);
		event_flush(log);
	}
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(fd);
	assert_int_equal(event_dropped(log), 10);
	text = folder_read(said);
	assert_non_null(strstr(text, "No space left on device"));
	/* Said once. */
	assert_ptr_equal(strchr(text, '\n') + 1, text + strlen(text));
	free(text);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(event_reopen(log), 0);
	log_many(log, 1);
	event_flush(log);
	all = events_in(path);
	assert_int_equal(json_array_size(all), 2);
	assert_int_equal(reported(all), 10);
	json_decref(all);
	event_close(log);
}

static void
limit_file(rlim_t size)
{
	struct rlimit r;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &r), 0);
	r.rlim_cur = size;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &r), 0);
}

/* As a disk fills up in the middle of a line, again and again. */
static void
test_cut_line(void **state)
{
	struct folder *f = *state;
	const char *path = folder_file(f, "log");
	struct eventlog *log = event_open(path, "n1");
	struct rlimit was;
	uint64_t dropped;
	json_t *all;
	int i, null = open("/dev/null", O_WRONLY | O_CLOEXEC), saved;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	saved = swap_stderr(null);
	limit_file(1000);
	for (i = 0; i < 5; i++) {
		log_many(log, 4);
		event_flush(log);
	}
	limit_file(was.rlim_cur);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(null);
	dropped = event_dropped(log);
	log_many(log, 1);
	event_flush(log);
	all = events_in(path);
	assert_int_equal(reported(all), dropped);
	assert_int_equal(json_array_size(all), 21 - dropped + 1);
	json_decref(all);
	event_close(log);
}

#define WITH_FOLDER(f) \
	cmocka_unit_test_setup_teardown(f, folder_make, folder_remove)

static void
test_levels(void **state)
{
	(void)state;
	assert_int_equal(event_level("store", "disk I/O error"), LOG_ERR);
	assert_int_equal(event_level("store", "answers again"), LOG_NOTICE);
	assert_int_equal(event_level("reload", "bad configuration"), LOG_ERR);
	assert_int_equal(event_level("reload", "done"), LOG_NOTICE);
	assert_int_equal(event_level("login.refused", "x"), LOG_WARNING);
	assert_int_equal(event_level("jump.refused", NULL), LOG_WARNING);
	assert_int_equal(event_level("limit", "penalty"), LOG_WARNING);
	assert_int_equal(event_level("worker.exit", NULL), LOG_WARNING);
	assert_int_equal(event_level("admin", NULL), LOG_NOTICE);
	assert_int_equal(event_level("start", NULL), LOG_NOTICE);
	assert_int_equal(event_level("login", NULL), LOG_INFO);
	assert_int_equal(event_level("heartbeat", NULL), LOG_INFO);
	assert_int_equal(event_level("refused", NULL), LOG_INFO);
	assert_int_equal(event_level("starts", NULL), LOG_INFO);
}

/* One event on stderr, which is file, with this $JOURNAL_STREAM. */
static char *
event_on_stderr(const char *file, const char *path, const char *stream)
{
	int was = dup(STDERR_FILENO), fd = open(file, O_RDWR | O_TRUNC);
	struct eventlog *log;

	dup2(fd, STDERR_FILENO);
	setenv("JOURNAL_STREAM", stream, 1);
	log = event_open(path, "n1");
	event_reason(log, "limit", "x");
	event_close(log);
	unsetenv("JOURNAL_STREAM");
	dup2(was, STDERR_FILENO);
	close(was);
	close(fd);
	return folder_read(file);
}

static void
test_levels_in_the_journal_alone(void **state)
{
	static const char start[] = "<4>{\"ts\":";
	char file[FOLDER_PATH], other[FOLDER_PATH], good[64], bad[80], *text;
	struct stat st;

	strcpy(file, folder_write(*state, "stderr", "", 0600));
	strcpy(other, folder_file(*state, "log"));
	assert_int_equal(stat(file, &st), 0);
	snprintf(good, sizeof(good), "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	text = event_on_stderr(file, "stderr", good);
	assert_memory_equal(text, start, strlen(start));
	free(text);
	snprintf(bad, sizeof(bad), "%s0", good);
	text = event_on_stderr(file, "stderr", bad);
	assert_int_equal(text[0], '{');
	free(text);
	text = event_on_stderr(file, "stderr", "");
	assert_int_equal(text[0], '{');
	free(text);
	text = event_on_stderr(file, other, good);
	assert_int_equal(text[0], '\0');
	free(text);
	text = folder_read(other);
	assert_int_equal(text[0], '{');
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_FOLDER(test_a_line_an_event),
	    WITH_FOLDER(test_fields),
	    WITH_FOLDER(test_lost_once),
	    WITH_FOLDER(test_every_byte),
	    WITH_FOLDER(test_unclean),
	    WITH_FOLDER(test_append_and_reopen),
	    WITH_FOLDER(test_reopen_fails),
	    WITH_FOLDER(test_pipe_nobody_reads),
	    WITH_FOLDER(test_pipe_whole_lines),
	    WITH_FOLDER(test_reopen_elsewhere),
	    WITH_FOLDER(test_burst),
	    WITH_FOLDER(test_dev_full),
	    WITH_FOLDER(test_cut_line),
	    cmocka_unit_test(test_levels),
	    WITH_FOLDER(test_levels_in_the_journal_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
