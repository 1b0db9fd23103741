#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log_seen.h"

struct log_seen_line {
	char hash[17];
	struct log_at at;
};

int
log_seen_add(struct log_seen *s, const char *hash, const struct log_at *at)
{
	struct log_seen_line *more;
	size_t room = s->room == 0 ? 1024 : 2 * s->room;

	if (s->n == s->room) {
		more = reallocarray(s->lines, room, sizeof(*more));
		if (more == NULL)
			return -1;
		s->lines = more;
		s->room = room;
	}
	snprintf(s->lines[s->n].hash, sizeof(more->hash), "%.16s", hash);
	s->lines[s->n++].at = *at;
	return 0;
}

const struct log_at *
log_seen_find(const struct log_seen *s, const char *hash)
{
	size_t i;

	for (i = s->n; i > 0; i--)
		if (strncmp(s->lines[i - 1].hash, hash, 16) == 0)
			return &s->lines[i - 1].at;
	return NULL;
}

void
log_seen_free(struct log_seen *s)
{
	free(s->lines);
}
