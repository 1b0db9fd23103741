#include "config.h"

#include <stdio.h>
#include <time.h>

#include "when.h"

#define SECOND INT64_C(1000000)

static int64_t ahead; /* of the clock here, us: the store's */

static int64_t
when_here(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * SECOND + ts.tv_nsec / 1000;
}

int64_t
when_now(void)
{
	return when_here() + ahead;
}

void
when_follow(int64_t now)
{
	ahead = now - when_here();
}

int64_t
when_ahead(void)
{
	return ahead;
}

const char *
when_local(int64_t at, char out[WHEN_TEXT])
{
	time_t t = (time_t)((at - ahead) / SECOND);
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL ||
	    strftime(out, WHEN_TEXT, "%Y-%m-%d %H:%M:%S", &tm) == 0)
		out[0] = '\0';
	return out;
}

static size_t
when_date(int64_t at, char out[WHEN_TEXT])
{
	time_t t = (time_t)(at / SECOND);
	struct tm tm;
	size_t n = 0;

	if (gmtime_r(&t, &tm) != NULL)
		n = strftime(out, WHEN_TEXT, "%Y-%m-%dT%H:%M:%S", &tm);
	out[n] = '\0';
	return n;
}

const char *
when_seconds(int64_t at, char out[WHEN_TEXT])
{
	size_t n = when_date(at, out);

	snprintf(out + n, WHEN_TEXT - n, "Z");
	return out;
}

const char *
when_micros(int64_t at, char out[WHEN_TEXT])
{
	size_t n = when_date(at, out);

	snprintf(out + n, WHEN_TEXT - n, ".%06dZ", (int)(at % SECOND));
	return out;
}

const char *
when_span(int64_t s, char out[WHEN_TEXT])
{
	static const struct {
		int64_t below, unit;
		const char *name;
	} steps[] = {
	    {120, 1, "s"},
	    {120 * 60, 60, "min"},
	    {48 * 3600, 3600, "h"},
	    {INT64_MAX, 86400, "days"},
	};
	size_t i = 0;

	if (s < 0)
		s = 0;
	while (s >= steps[i].below)
		i++;
	snprintf(out, WHEN_TEXT, "%lld %s", (long long)(s / steps[i].unit),
	    steps[i].name);
	return out;
}

const char *
when_ago(int64_t at, int64_t now, char out[WHEN_TEXT])
{
	char span[WHEN_TEXT - 8];

	if (at == 0) {
		snprintf(out, WHEN_TEXT, "never");
		return out;
	}
	snprintf(span, sizeof(span), "%s", when_span((now - at) / SECOND, out));
	snprintf(out, WHEN_TEXT, "%s ago", span);
	return out;
}

const char *
when_due(int64_t at, int64_t now, char out[WHEN_TEXT])
{
	int64_t left = (at - now) / SECOND;
	char span[WHEN_TEXT - 12];

	if (left <= -2)
		return when_ago(at, now, out);
	if (left <= 0)
		snprintf(out, WHEN_TEXT, "now");
	else {
		snprintf(span, sizeof(span), "%s", when_span(left, out));
		snprintf(out, WHEN_TEXT, "in %s", span);
	}
	return out;
}
