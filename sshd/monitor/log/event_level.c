#include "config.h"

#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "event_level.h"

/* The first that fits; all other events are LOG_INFO. */
static const struct level {
	const char *event; /* ".refused": all that end so */
	const char *reason; /* or NULL: any */
	int level;
} levels[] = {
    {"store", "answers again", LOG_NOTICE},
    {"store", NULL, LOG_ERR},
    {"reload", "done", LOG_NOTICE},
    {"reload", NULL, LOG_ERR},
    {".refused", NULL, LOG_WARNING},
    {"limit", NULL, LOG_WARNING},
    {"worker.exit", NULL, LOG_WARNING},
    {"keeper.exit", NULL, LOG_WARNING},
    {"link.exit", NULL, LOG_WARNING},
    {"node.gone", NULL, LOG_WARNING},
    {"node.join", NULL, LOG_NOTICE},
    {"drain", NULL, LOG_NOTICE},
    {"device.duplicate-key", NULL, LOG_WARNING},
    {"start", NULL, LOG_NOTICE},
    {"stop", NULL, LOG_NOTICE},
    {"admin", NULL, LOG_NOTICE},
    {"enroll", NULL, LOG_NOTICE},
    {"forward.withdrawn", NULL, LOG_NOTICE},
    {"device.offline", NULL, LOG_NOTICE},
    {"alert.open", NULL, LOG_WARNING},
    {"alert.close", NULL, LOG_NOTICE},
};

bool
event_level_journal(int fd)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat st;
	char more;

	return stream != NULL &&
	       sscanf(stream, "%llu:%llu%c", &device, &inode, &more) == 2 &&
	       fstat(fd, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}

/* Is name this event, or does it end in this suffix? */
static bool
level_names(const char *name, const char *event)
{
	size_t n = strlen(name), len = strlen(event);

	if (name[0] != '.')
		return strcmp(name, event) == 0;
	return len > n && strcmp(event + len - n, name) == 0;
}

static bool
level_fits(const struct level *l, const char *event, const char *reason)
{
	return level_names(l->event, event) &&
	       (l->reason == NULL ||
		   (reason != NULL && strcmp(reason, l->reason) == 0));
}

int
event_level(const char *event, const char *reason)
{
	size_t i;

	for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (level_fits(&levels[i], event, reason))
			return levels[i].level;
	return LOG_INFO;
}
