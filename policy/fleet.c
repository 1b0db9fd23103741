#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fleet.h"

/* Those that are no health; name is the proper one. */
static const struct {
	const char *word, *name;
	enum fleet_kind kind;
} fields[] = {
    {"id", "id", FLEET_KIND_TEXT},
    {"alias", "alias", FLEET_KIND_TEXT},
    {"name", "name", FLEET_KIND_TEXT},
    {"tag", "tag", FLEET_KIND_TAG},
    {"state", "state", FLEET_KIND_STATE},
    {"addr", "addr", FLEET_KIND_TEXT},
    {"client", "client", FLEET_KIND_TEXT},
    {"last_seen", "last_seen", FLEET_KIND_SPAN},
    {"interval", "interval", FLEET_KIND_SPAN},
    {"created", "created", FLEET_KIND_SPAN},
    /* Other words for these. */
    {"device", "id", FLEET_KIND_TEXT},
    {"tags", "tag", FLEET_KIND_TAG},
    {"address", "addr", FLEET_KIND_TEXT},
    {"seen", "last_seen", FLEET_KIND_SPAN},
};
#define FIELDS (sizeof(fields) / sizeof(fields[0]))

/* The longer ones first. */
static const struct {
	const char *text;
	enum fleet_op op;
} ops[] = {
    {"!=", FLEET_IS_NOT},
    {"<=", FLEET_AT_MOST},
    {">=", FLEET_AT_LEAST},
    {"=", FLEET_IS},
    {"~", FLEET_HAS},
    {"<", FLEET_LESS},
    {">", FLEET_MORE},
};
#define OPS (sizeof(ops) / sizeof(ops[0]))

static enum fleet_kind
fleet_health_kind(const struct health_field *f)
{
	if (f->kind == HEALTH_TEXT)
		return FLEET_KIND_TEXT;
	return strcmp(f->unit, "s") == 0 ? FLEET_KIND_SPAN : FLEET_KIND_NUMBER;
}

const char *
fleet_field(const char *word, enum fleet_kind *kind)
{
	const struct health_field *f;
	size_t i;

	for (i = 0; i < FIELDS; i++)
		if (strcmp(word, fields[i].word) == 0) {
			*kind = fields[i].kind;
			return fields[i].name;
		}
	if ((f = health_field_find(word)) != NULL) {
		*kind = fleet_health_kind(f);
		return f->name;
	}
	*kind = FLEET_KIND_KEY;
	return health_key_valid(word) ? word : NULL;
}

void
fleet_fields(char out[FLEET_ERROR])
{
	const struct health_field *f;
	size_t i, n = 0;

	for (i = 0; i < FIELDS && fields[i].word == fields[i].name; i++)
		n += (size_t)snprintf(out + n, FLEET_ERROR - n, "%s%s",
		    i > 0 ? ", " : "", fields[i].name);
	for (i = 0; (f = health_field_at(i)) != NULL; i++)
		n +=
		    (size_t)snprintf(out + n, FLEET_ERROR - n, ", %s", f->name);
}

static int
fleet_no_field(const char *word, size_t len, char error[FLEET_ERROR])
{
	char names[FLEET_ERROR];

	fleet_fields(names);
	snprintf(error, FLEET_ERROR, "no such field: %.*s; must be %.200s",
	    (int)(len > 24 ? 24 : len), word, names);
	return -1;
}

int64_t
fleet_span(const char *text)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = {{'\0', 1}, {'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400},
	    {'w', 604800}};
	size_t i, n = strspn(text, "0123456789");

	if (n == 0 || n > 9)
		return -1;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (text[n] == units[i].unit &&
		    (text[n] == '\0' || text[n + 1] == '\0'))
			return strtoll(text, NULL, 10) * units[i].seconds;
	return -1;
}

/* A number as health_number takes it; a percentage if it may be one. */
static bool
fleet_number_valid(const char *field, const char *value)
{
	const struct health_field *f = health_field_find(field);
	char health[FLEET_VALUE + 2];
	size_t n = strlen(value);
	double number;

	if (n > 1 && value[n - 1] == '%' && f != NULL && f->whole != NULL)
		n--;
	snprintf(health, sizeof(health), "n=%.*s", (int)n, value);
	return strchr(value, ' ') == NULL &&
	       health_number(health, "n", &number);
}

static bool
fleet_state_valid(const char *value)
{
	enum device_state state;

	return strcmp(value, "disabled") == 0 ||
	       device_state_parse(value, &state) == 0;
}

/* Why the value does not fit the field: NULL, it does. */
static const char *
fleet_value_wrong(const struct fleet_where *w, enum fleet_kind kind)
{
	const struct health_field *f = health_field_find(w->field);
	bool compares = w->op >= FLEET_LESS, text = w->op == FLEET_HAS;

	switch (kind) {
	case FLEET_KIND_TEXT:
	case FLEET_KIND_TAG:
		return compares ? "it is text: use =, != or ~" : NULL;
	case FLEET_KIND_STATE:
		if (compares || text)
			return "use = or !=";
		return fleet_state_valid(w->value)
			   ? NULL
			   : "must be online, late, offline, never or disabled";
	case FLEET_KIND_SPAN:
		if (text)
			return "it is a time: use =, !=, <, >, <= or >=";
		return fleet_span(w->value) != -1 ? NULL
						  : "must be a number and s, "
						    "m, h, d or w: 90s, 2h, 1d";
	case FLEET_KIND_NUMBER:
		if (text)
			return "it is a number: use =, !=, <, >, <= or >=";
		break;
	case FLEET_KIND_KEY:
		if (!compares)
			return NULL;
		break;
	}
	if (fleet_number_valid(w->field, w->value))
		return NULL;
	return f != NULL && f->whole != NULL
		   ? "must be a number, or a percentage: 5%"
		   : "must be a number";
}

int
fleet_where_parse(
    const char *text, struct fleet_where *w, char error[FLEET_ERROR])
{
	size_t i, len = strcspn(text, "=!~<> ");
	const char *name, *why, *value = NULL;
	char word[FLEET_FIELD] = "";
	enum fleet_kind kind;

	memset(w, 0, sizeof(*w));
	error[0] = '\0';
	for (i = 0; i < OPS && value == NULL; i++)
		if (strncmp(text + len, ops[i].text, strlen(ops[i].text)) ==
		    0) {
			w->op = ops[i].op;
			value = text + len + strlen(ops[i].text);
		}
	if (len == 0 || value == NULL) {
		snprintf(error, FLEET_ERROR,
		    "not a condition: %.64s; must be FIELD and one of = != ~ < "
		    "> <= >= and a value, as in firmware~23.05",
		    text);
		return -1;
	}
	if (len < sizeof(word))
		memcpy(word, text, len);
	if ((name = fleet_field(word, &kind)) == NULL)
		return fleet_no_field(text, len, error);
	snprintf(w->field, sizeof(w->field), "%s", name);
	if (strlen(value) >= sizeof(w->value)) {
		snprintf(error, FLEET_ERROR, "too long a value: %.64s", text);
		return -1;
	}
	memcpy(w->value, value, strlen(value) + 1);
	if ((why = fleet_value_wrong(w, kind)) == NULL)
		return 0;
	snprintf(error, FLEET_ERROR, "%.100s: %s", text, why);
	return -1;
}

int
fleet_sort_parse(
    const char *text, struct fleet_query *q, char error[FLEET_ERROR])
{
	size_t len = strcspn(text, ":");
	const char *name, *way = text + len;
	char word[FLEET_FIELD] = "";
	enum fleet_kind kind;

	error[0] = '\0';
	if (len < sizeof(word))
		memcpy(word, text, len);
	if ((name = fleet_field(word, &kind)) == NULL)
		return fleet_no_field(text, len, error);
	if (*way != '\0' && strcmp(way, ":asc") != 0 &&
	    strcmp(way, ":desc") != 0) {
		snprintf(error, FLEET_ERROR,
		    "%.64s: after the field comes :asc or :desc", text);
		return -1;
	}
	snprintf(q->sort, sizeof(q->sort), "%s", name);
	q->descending = strcmp(way, ":desc") == 0;
	return 0;
}

enum device_state
fleet_state(const struct device *d, int64_t now)
{
	int64_t ago = d->last_seen == 0 ? -1 : now - d->last_seen;

	/* The device has logged in, and holds a connection. */
	if (d->connected && d->last_seen != 0)
		ago = 0;
	if (d->last_seen != 0 && ago < 0)
		ago = 0; /* the clock was set back */
	return device_state(ago, d->interval);
}

const char *
fleet_wrong(const struct fleet_row *row, int64_t now)
{
	const struct device *d = &row->device;
	enum device_state state = fleet_state(d, now);
	const struct health_field *f;
	size_t i;

	if (!d->enabled)
		return "";
	if (state == DEVICE_LATE || state == DEVICE_OFFLINE)
		return device_state_name(state);
	if (d->duplicate_key > now - DEVICE_DUPLICATE_KEY)
		return "clone";
	for (i = 0; (f = health_field_at(i)) != NULL; i++)
		if (health_wrong(f, row->health))
			return f->name;
	return "";
}
