#include "config.h"

#include <sys/types.h>

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log_order.h"
#include "log_seal.h"

struct log_file {
	const char *path;
	char ts[64]; /* of its first event */
	char prev[LOG_SEAL_HEX]; /* what that is chained to, or "" */
	char last[LOG_SEAL_HEX]; /* its last line's hash, or "" */
};

static void
take_first(struct log_file *f, const char *line, size_t len)
{
	json_t *o = json_loadb(line, len, 0, NULL);
	const char *ts = json_string_value(json_object_get(o, "ts"));
	const char *prev = json_string_value(json_object_get(o, "prev"));

	snprintf(f->ts, sizeof(f->ts), "%s", ts != NULL ? ts : "");
	snprintf(f->prev, sizeof(f->prev), "%s", prev != NULL ? prev : "");
	json_decref(o);
}

static int
read_ends(struct log_file *f)
{
	FILE *fp = fopen(f->path, "re");
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	bool good;

	if (fp == NULL)
		return -1;
	while ((n = getline(&line, &size, fp)) > 0) {
		n -= line[n - 1] == '\n';
		if (f->last[0] == '\0')
			take_first(f, line, (size_t)n);
		log_seal_hash(line, (size_t)n, f->last);
	}
	good = !ferror(fp);
	free(line);
	fclose(fp);
	return good ? 0 : -1;
}

static int
by_time(const void *a, const void *b)
{
	const struct log_file *x = a, *y = b;

	return strcmp(x->ts, y->ts);
}

/* Is it chained to another of them? */
static bool
has_before(const struct log_file *f, int n, int at)
{
	int i;

	for (i = 0; i < n; i++)
		if (i != at && f[i].last[0] != '\0' &&
		    strcmp(f[i].last, f[at].prev) == 0)
			return true;
	return false;
}

/* The one that follows last, or the oldest that follows none; of n > 0. */
static int
choose_next(const struct log_file *f, int n, const char *last)
{
	int i;

	for (i = 0; i < n && *last != '\0'; i++)
		if (strcmp(f[i].prev, last) == 0)
			return i;
	for (i = 0; i < n; i++)
		if (!has_before(f, n, i))
			return i;
	return 0;
}

int
log_order(const char **path, int n, const char **unread)
{
	struct log_file *f = calloc((size_t)n, sizeof(*f));
	char last[LOG_SEAL_HEX] = "";
	int i, next, result = -1;

	*unread = path[0];
	if (f == NULL)
		return -1;
	for (i = 0; i < n; i++) {
		f[i].path = *unread = path[i];
		if (read_ends(&f[i]) == -1)
			goto out;
	}
	qsort(f, (size_t)n, sizeof(*f), by_time);
	for (i = 0; n > 0; i++) {
		next = choose_next(f, n, last);
		path[i] = f[next].path;
		memcpy(last, f[next].last, sizeof(last));
		memmove(
		    &f[next], &f[next + 1], (size_t)(--n - next) * sizeof(*f));
	}
	result = 0;
out:
	free(f);
	return result;
}
