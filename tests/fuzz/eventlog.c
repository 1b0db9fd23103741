#include "config.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "eventlog.h"
#include "fuzz.h"

#define PATH 32

static void
fd_path(char path[PATH], int fd)
{
	snprintf(path, PATH, "/proc/self/fd/%d", fd);
}

struct eventlog *
eventlog_open(void)
{
	struct eventlog *log;
	char path[] = "/tmp/et-fuzz-events.XXXXXX";
	int fd;

	/* A file with a name, since a log is never opened through a link. */
	MUST((fd = mkstemp(path)) != -1);
	close(fd);
	MUST((log = event_open(path, "n1")) != NULL);
	MUST(unlink(path) == 0);
	return log;
}

static void
check_line(const char *line)
{
	const char *ts, *event, *node;
	json_t *o;

	MUST(fuzz_printable(line));
	o = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	MUST(o != NULL);
	MUST(json_unpack(o, "{s:s, s:s, s:s}", "ts", &ts, "event", &event,
		 "node", &node) == 0);
	json_decref(o);
}

/* All of it, to be freed.  The log's own descriptor only writes. */
static char *
read_log(const struct eventlog *log)
{
	char path[PATH], *text;
	struct stat st;
	int fd;

	fd_path(path, event_fd(log));
	MUST((fd = open(path, O_RDONLY | O_CLOEXEC)) != -1);
	MUST(fstat(fd, &st) == 0);
	MUST((text = calloc(1, (size_t)st.st_size + 1)) != NULL);
	MUST(read(fd, text, (size_t)st.st_size) == st.st_size);
	MUST(strlen(text) == (size_t)st.st_size);
	close(fd);
	return text;
}

unsigned int
eventlog_check(struct eventlog *log)
{
	char *text, *line, *rest;
	unsigned int lines = 0;

	event_flush(log);
	MUST(event_dropped(log) == 0);
	text = rest = read_log(log);
	for (; (line = strsep(&rest, "\n")) != NULL && rest != NULL; lines++)
		check_line(line);
	MUST(line == NULL || *line == '\0');
	free(text);
	MUST(ftruncate(event_fd(log), 0) == 0);
	return lines;
}
