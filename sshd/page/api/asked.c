#include "config.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "asked.h"

#define CONDITION 128 /* bytes of a condition of where= */

static int __attribute__((format(printf, 2, 3)))
asked_wrong(char error[ASKED_ERROR], const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(error, ASKED_ERROR, fmt, ap);
	va_end(ap);
	return -1;
}

const char *
asked_value(const struct asked *a, const char *name)
{
	const char *value = a->get(a->arg, name);

	return value != NULL && *value != '\0' ? value : NULL;
}

int
asked_number(const struct asked *a, const char *name, int64_t max,
    int64_t *number, char error[ASKED_ERROR])
{
	const char *p = asked_value(a, name);
	int64_t n = 0;

	if (p == NULL)
		return 0;
	for (; *p >= '0' && *p <= '9' && n <= max; p++) {
		if (n > (INT64_MAX - 9) / 10)
			break;
		n = n * 10 + (*p - '0');
	}
	if (*p != '\0' || n > max)
		return asked_wrong(error, "%s must be a number from 0 to %lld",
		    name, (long long)max);
	*number = n;
	return 0;
}

int
asked_text(const struct asked *a, const char *name, size_t max,
    const char **text, char error[ASKED_ERROR])
{
	const char *p, *value = asked_value(a, name);

	*text = value;
	if (value == NULL)
		return 0;
	if (strlen(value) > max)
		return asked_wrong(
		    error, "%s must be %zu bytes at most", name, max);
	for (p = value; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == '\177')
			return asked_wrong(
			    error, "%s has a control character in it", name);
	return 0;
}

int
asked_each(const struct asked *a, const char *name, size_t most,
    int (*each)(void *, const char *), void *arg, char error[ASKED_ERROR])
{
	const char *p = asked_value(a, name);
	char part[DEVICE_NAME];
	size_t n, parts = 0;

	for (; p != NULL && *p != '\0'; p += p[n] == ',' ? n + 1 : n) {
		n = strcspn(p, ",");
		if (n == 0)
			continue;
		if (n >= sizeof(part))
			return asked_wrong(error,
			    "%s has a name of more than %zu bytes", name,
			    sizeof(part) - 1);
		if (++parts > most)
			return asked_wrong(
			    error, "%s must name %zu at most", name, most);
		memcpy(part, p, n);
		part[n] = '\0';
		if (each(arg, part) != 0)
			return -1;
	}
	return 0;
}

static int
asked_add_tag(void *arg, const char *tag)
{
	struct asked_fleet *f = arg;
	int n = f->query.tags++;

	snprintf(f->tags[n], sizeof(f->tags[n]), "%s", tag);
	f->query.tag[n] = f->tags[n];
	return 0;
}

static int
asked_state(
    const struct asked *a, struct fleet_query *q, char error[ASKED_ERROR])
{
	const char *state = asked_value(a, "state");

	if (state == NULL)
		return 0;
	q->by_state = true;
	if (device_state_parse(state, &q->state) == 0)
		return 0;
	return asked_wrong(
	    error, "state must be online, late, offline or never");
}

static int
asked_condition(
    struct fleet_query *q, const char *text, size_t n, char error[ASKED_ERROR])
{
	char condition[CONDITION], why[FLEET_ERROR];

	if (n >= sizeof(condition))
		return asked_wrong(error,
		    "a condition of where must be %zu bytes at most",
		    sizeof(condition) - 1);
	if (q->wheres == FLEET_WHERE)
		return asked_wrong(error,
		    "where must have %d conditions at most", FLEET_WHERE);
	memcpy(condition, text, n);
	condition[n] = '\0';
	if (fleet_where_parse(condition, &q->where[q->wheres], why) == 0) {
		q->wheres++;
		return 0;
	}
	return asked_wrong(error,
	    "where must be conditions such as firmware~23.05 or mem<5%%, with "
	    "; between");
}

static int
asked_where(
    const struct asked *a, struct fleet_query *q, char error[ASKED_ERROR])
{
	const char *p;
	size_t n;

	if (asked_text(a, "where", (CONDITION + 1) * (FLEET_WHERE + 1), &p,
		error) == -1)
		return -1;
	for (; p != NULL && *p != '\0'; p += p[n] == ';' ? n + 1 : n) {
		n = strcspn(p, ";");
		if (n > 0 && asked_condition(q, p, n, error) == -1)
			return -1;
	}
	return 0;
}

static int
asked_order(
    const struct asked *a, struct fleet_query *q, char error[ASKED_ERROR])
{
	char why[FLEET_ERROR];
	const char *sort;
	int64_t desc = 0;

	if (asked_text(a, "sort", sizeof(q->sort) - 1, &sort, error) == -1 ||
	    asked_number(a, "desc", 1, &desc, error) == -1)
		return -1;
	q->descending = desc != 0;
	if (sort == NULL)
		return 0;
	if (strchr(sort, ':') == NULL && fleet_sort_parse(sort, q, why) == 0) {
		q->descending = desc != 0;
		return 0;
	}
	return asked_wrong(error, "sort must be a field of the fleet");
}

int
asked_fleet(const struct asked *a, int64_t now, struct asked_fleet *f,
    char error[ASKED_ERROR])
{
	int64_t offset = 0, limit = ASKED_ROWS, wrong = 0;
	struct fleet_query *q = &f->query;

	memset(f, 0, sizeof(*f));
	q->now = now;
	if (asked_text(a, "q", ASKED_TEXT, &q->text, error) == -1 ||
	    asked_each(a, "tag", FLEET_TAGS, asked_add_tag, f, error) == -1 ||
	    asked_state(a, q, error) == -1 ||
	    asked_number(a, "wrong", 1, &wrong, error) == -1 ||
	    asked_where(a, q, error) == -1 || asked_order(a, q, error) == -1 ||
	    asked_number(a, "offset", ASKED_OFFSET, &offset, error) == -1 ||
	    asked_number(a, "limit", ASKED_LIMIT, &limit, error) == -1)
		return -1;
	q->wrong = wrong != 0;
	q->offset = (unsigned int)offset;
	q->limit = (unsigned int)limit;
	return 0;
}
