#include "config.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert.h"
#include "health_field.h"

static const struct {
	const char *name;
	bool critical;
} kinds[ALERT_KINDS] = {
    [ALERT_GONE] = {"device.gone", false},
    [ALERT_SITE] = {"site.offline", true},
    [ALERT_CLONE] = {"clone", true},
    [ALERT_KEY] = {"key.refused", false},
    [ALERT_DISK] = {"disk", true},
    [ALERT_STORE] = {"store", true},
    [ALERT_TOKEN] = {"token.ends", false},
    [ALERT_OPERATOR] = {"operator.ends", false},
    [ALERT_HEALTH] = {"health", false},
    [ALERT_TEST] = {"test", false},
};

const char *
alert_kind_name(enum alert_kind kind)
{
	return kind >= ALERT_GONE && kind < ALERT_KINDS ? kinds[kind].name
							: "?";
}

enum alert_kind
alert_kind_parse(const char *text)
{
	int kind;

	for (kind = ALERT_GONE; kind < ALERT_KINDS; kind++)
		if (strcmp(kinds[kind].name, text) == 0)
			break;
	return (enum alert_kind)kind;
}

bool
alert_critical(enum alert_kind kind)
{
	return kind >= ALERT_GONE && kind < ALERT_KINDS && kinds[kind].critical;
}

static bool
is_address(const char *text)
{
	size_t n = strspn(text, "0123456789abcdef.:/");

	return n > 0 && text[n] == '\0' && n < ALERT_SUBJECT - 8;
}

enum alert_target
alert_target(const char *text)
{
	if (strcmp(text, "all") == 0)
		return ALERT_TARGET_ALL;
	if (strncmp(text, "tag:", 4) == 0)
		return device_name_valid(text + 4) ? ALERT_TARGET_TAG
						   : ALERT_TARGET_NONE;
	if (strncmp(text, "addr:", 5) == 0)
		return is_address(text + 5) ? ALERT_TARGET_ADDR
					    : ALERT_TARGET_NONE;
	return alert_kind_parse(text) != ALERT_KINDS ? ALERT_TARGET_KIND
						     : ALERT_TARGET_NONE;
}

/* --- bounds -------------------------------------------------------------- */

bool
alert_bound_parse(const char *text, struct alert_bound *b)
{
	size_t n = strcspn(text, "<>");
	const struct health_field *f;
	const char *p = text + n;
	char word[HEALTH_NAME], *end;

	memset(b, 0, sizeof(*b));
	if (n == 0 || n >= sizeof(word) || *p == '\0')
		return false;
	snprintf(word, sizeof(word), "%.*s", (int)n, text);
	f = health_field_find(word);
	if (f != NULL ? f->kind != HEALTH_NUMBER : !health_key_valid(word))
		return false;
	snprintf(b->field, sizeof(b->field), "%.8s", f != NULL ? f->key : word);
	b->op[0] = *p++;
	if (*p == '=')
		b->op[1] = *p++;
	if (*p != '-' && !isdigit((unsigned char)*p))
		return false;
	b->value = strtod(p, &end);
	b->percent = *end == '%';
	/* The field of the total has one letter more. */
	if (b->percent && strlen(b->field) + 1 >= sizeof(b->field))
		return false;
	return end[b->percent] == '\0' && isfinite(b->value) &&
	       fabs(b->value) < 1e15 && strpbrk(p, "xXpPnNiI") == NULL;
}

void
alert_bound_text(const struct alert_bound *b, char *text, size_t size)
{
	snprintf(text, size, "%s%s%.10g%s", b->field, b->op, b->value,
	    b->percent ? "%" : "");
}

/* The key of the field that a percentage is of. */
static void
bound_whole(const struct alert_bound *b, char key[ALERT_FIELD])
{
	const struct health_field *f = health_field_find(b->field);

	if (f != NULL && f->whole != NULL)
		snprintf(key, ALERT_FIELD, "%s", f->whole);
	else
		snprintf(key, ALERT_FIELD, "%.7st", b->field);
}

bool
alert_bound_beyond(const struct alert_bound *b, const char *health,
    double *whole, bool *known, double *value)
{
	char key[ALERT_FIELD];

	*known = health_number(health, b->field, value);
	if (b->percent) {
		bound_whole(b, key);
		health_number(health, key, whole);
		*known = *known && *whole > 0;
		if (*known)
			*value = *value * 100 / *whole;
	}
	if (!*known)
		return false;
	if (b->op[0] == '<')
		return b->op[1] == '=' ? *value <= b->value : *value < b->value;
	return b->op[1] == '=' ? *value >= b->value : *value > b->value;
}

/* --- options -------------------------------------------------------------- */

/* "22:00"; returns what follows, or NULL. */
static const char *
parse_minute(const char *p, unsigned int *minute)
{
	unsigned int hour, min;

	if (!isdigit((unsigned char)p[0]) || !isdigit((unsigned char)p[1]) ||
	    p[2] != ':' || !isdigit((unsigned char)p[3]) ||
	    !isdigit((unsigned char)p[4]))
		return NULL;
	hour = (unsigned int)((p[0] - '0') * 10 + p[1] - '0');
	min = (unsigned int)((p[3] - '0') * 10 + p[4] - '0');
	if (hour > 23 || min > 59)
		return NULL;
	*minute = hour * 60 + min;
	return p + 5;
}

bool
alert_quiet_parse(const char *text, unsigned int *first, unsigned int *last)
{
	*first = *last = 0;
	if (*text == '\0')
		return true;
	if ((text = parse_minute(text, first)) == NULL || *text++ != '-')
		return false;
	text = parse_minute(text, last);
	return text != NULL && *text == '\0' && *first != *last;
}

bool
alert_quiet_at(unsigned int first, unsigned int last, unsigned int minute)
{
	if (first <= last)
		return minute >= first && minute < last;
	return minute >= first || minute < last;
}

bool
alert_after_parse(const char *text, char tag[DEVICE_NAME], unsigned int *polls)
{
	size_t n = strcspn(text, "=");
	char *end;
	long v;

	if (text[n] != '=' || n >= DEVICE_NAME ||
	    !isdigit((unsigned char)text[n + 1]))
		return false;
	memcpy(tag, text, n);
	tag[n] = '\0';
	v = strtol(text + n + 1, &end, 10);
	if (*end != '\0' || v < 1 || v > ALERT_AFTER_MOST)
		return false;
	*polls = (unsigned int)v;
	return device_name_valid(tag);
}

bool
alert_name_add(char names[ALERT_NAMES], const char *name)
{
	size_t used = strlen(names), n = strlen(name), i, count = used > 0;

	for (i = 0; i < used; i++)
		count += names[i] == ',';
	if (count >= ALERT_NAMED || used + n + 2 > ALERT_NAMES)
		return false;
	snprintf(names + used, ALERT_NAMES - used, "%s%s", used > 0 ? "," : "",
	    name);
	return true;
}
