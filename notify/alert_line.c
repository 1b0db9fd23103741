#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alert_line.h"
#include "alert_clean.h"
#include "clock.h"

void
time_text(int64_t us, char text[ALERT_TIME])
{
	time_t seconds = (time_t)(us / 1000000);
	struct tm tm;
	size_t n;

	*text = '\0';
	if (gmtime_r(&seconds, &tm) == NULL)
		return;
	n = strftime(text, ALERT_TIME, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + n, ALERT_TIME - n, ".%03dZ", (int)(us / 1000 % 1000));
}

/* RFC 3339, in UTC: 2026-11-28T21:30:00Z, with or without a fraction. */
static bool
alert_is_time(const char *s)
{
	static const char shape[] = "0000-00-00T00:00:00";
	size_t i;

	for (i = 0; shape[i] != '\0'; i++)
		if (shape[i] == '0' ? s[i] < '0' || s[i] > '9'
				    : s[i] != shape[i])
			return false;
	if (s[i] == '.')
		i += 1 + strspn(s + i + 1, "0123456789");
	return i < ALERT_TIME && s[i] == 'Z' && s[i + 1] == '\0';
}

static bool
alert_is_id(const char *s)
{
	size_t n = strlen(s), i;

	for (i = 0; i < n; i++)
		if (s[i] < '!' || s[i] > '~')
			return false;
	return n > 0 && n <= ALERT_ID;
}

const char *
alert_text(const json_t *alert, const char *key)
{
	const char *text = json_string_value(json_object_get(alert, key));

	return text != NULL ? text : "";
}

bool
alert_is_close(const json_t *alert)
{
	return strcmp(alert_text(alert, "event"), "close") == 0;
}

bool
alert_is_summary(const json_t *alert)
{
	return strcmp(alert_text(alert, "event"), "summary") == 0;
}

const char *
alert_since(const json_t *alert)
{
	const char *since = alert_text(alert, "since");

	return alert_is_time(since) ? since : alert_text(alert, "time");
}

const char *
alert_until(const json_t *alert)
{
	const char *until = alert_text(alert, "until");

	return alert_is_time(until) ? until : alert_text(alert, "time");
}

bool
alert_equal(const json_t *a, const json_t *b)
{
	return strcmp(alert_text(a, "id"), alert_text(b, "id")) == 0 &&
	       strcmp(alert_text(a, "event"), alert_text(b, "event")) == 0;
}

static const char *
alert_check(const json_t *alert)
{
	const char *event = alert_text(alert, "event");

	if (!alert_is_id(alert_text(alert, "id")))
		return "no id";
	if (!alert_is_time(alert_text(alert, "time")))
		return "no time";
	if (strcmp(event, "open") != 0 && strcmp(event, "close") != 0)
		return "event is neither open nor close";
	if (*alert_text(alert, "kind") == '\0')
		return "no kind";
	if (*alert_text(alert, "subject") == '\0')
		return "no subject";
	if (*alert_text(alert, "summary") == '\0')
		return "no summary";
	return NULL;
}

json_t *
alert_parse(const char *line, size_t n, const char **why)
{
	json_t *raw, *alert;

	*why = "longer than any alert";
	if (n > ALERT_LINE)
		return NULL;
	*why = "not JSON";
	if ((raw = json_loadb(line, n, 0, NULL)) == NULL)
		return NULL;
	*why = "not a JSON object";
	alert = json_is_object(raw) ? alert_clean(raw) : NULL;
	json_decref(raw);
	if (alert == NULL || (*why = alert_check(alert)) == NULL)
		return alert;
	json_decref(alert);
	return NULL;
}

json_t *
alert_test(void)
{
	int64_t now = clock_wall();
	char time[ALERT_TIME], id[64];

	time_text(now, time);
	snprintf(id, sizeof(id), "test-%lld", (long long)now);
	return json_pack(
	    "{s:s, s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:[], s:i}", "time",
	    time, "id", id, "seq", 0, "event", "open", "kind", "test",
	    "subject", "server", "severity", "warning", "since", time,
	    "summary", "test alert: et-notify reaches this receiver", "devices",
	    "count", 0);
}

/* The members that a summary shows of one of its alerts. */
static json_t *
alert_brief(const json_t *alert)
{
	static const char *const keys[] = {
	    "time", "id", "event", "kind", "subject", "severity", "summary"};
	json_t *brief = json_object();
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		json_object_set_new(
		    brief, keys[i], alert_cut(alert_text(alert, keys[i]), 256));
	return brief;
}

/* Returns how many of an array have this value. */
static unsigned int
alert_count(json_t *alerts, const char *key, const char *value)
{
	unsigned int n = 0;
	json_t *a;
	size_t i;

	json_array_foreach(alerts, i, a)
		n += strcmp(alert_text(a, key), value) == 0;
	return n;
}

json_t *
alert_summary(json_t *alerts, unsigned int missed)
{
	size_t n = json_array_size(alerts), i;
	json_t *first = json_array_get(alerts, 0);
	json_t *list = json_array(), *summary, *a;
	char id[ALERT_ID + 32], text[160], time[ALERT_TIME], more[48] = "";
	bool critical = alert_count(alerts, "severity", "critical") > 0;

	json_array_foreach(alerts, i, a)
		if (i < ALERT_SUMMED)
			json_array_append_new(list, alert_brief(a));
	if (missed > 0)
		snprintf(
		    more, sizeof(more), "; %u older ones were dropped", missed);
	snprintf(id, sizeof(id), "sum-%zu-%.*s-%s", n, 100,
	    alert_text(first, "id"), alert_text(first, "event"));
	snprintf(text, sizeof(text),
	    "%zu alerts at once: %u opened, %u closed%s", n,
	    alert_count(alerts, "event", "open"),
	    alert_count(alerts, "event", "close"), more);
	time_text(clock_wall(), time);
	summary = json_pack(
	    "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:o}", "time",
	    time, "id", id, "event", "summary", "kind", "summary", "subject",
	    "server", "severity", critical ? "critical" : "warning", "since",
	    alert_text(first, "time"), "summary", text, "count", (json_int_t)n,
	    "server", alert_text(first, "server"), "alerts", list);
	return summary;
}
