#include "config.h"

#include <sys/inotify.h>

#include <stdio.h>
#include <unistd.h>

#include "store_sqlite.h"

/* The database and its log: what a commit writes. */
static const char *const parts[] = {"", "-wal"};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

int
sqlite_watch(struct store *s)
{
	struct sqlite *q = s->db;
	char name[SQLITE_PART_PATH];
	size_t i;

	if (q->watch != -1)
		return q->watch;
	if ((q->watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) == -1)
		return -1;
	for (i = 0; i < PARTS; i++) {
		snprintf(name, sizeof(name), "%s%s", q->path, parts[i]);
		if (inotify_add_watch(q->watch, name, IN_MODIFY) == -1) {
			close(q->watch);
			return q->watch = -1;
		}
	}
	return q->watch;
}

void
sqlite_watch_drain(struct store *s)
{
	struct sqlite *q = s->db;
	char events[4096];

	while (q->watch != -1 && read(q->watch, events, sizeof(events)) > 0)
		;
}
