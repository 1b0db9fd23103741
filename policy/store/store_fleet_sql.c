/*
 * The SQL of a query on all devices: fixed pieces for the fields that it names.
 * What people wrote is bound, and never a part of it.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "store_fleet_sql.h"

#define MICROS "1000000"

/* A field, as SQL; health's are made by its table. */
static const struct {
	const char *name, *text;
} columns[] = {
    {"id", "d.name"},
    {"alias", "d.alias"},
    {"name", "CASE WHEN d.alias <> '' THEN d.alias ELSE d.name END"},
    {"tag", "d.tags"},
    {"addr", "n.addr"},
    {"client", "n.client"},
};
#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

void
fleet_sql_add(struct fleet_sql *q, const char *fmt, ...)
{
	size_t room = sizeof(q->text) - q->len;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(q->text + q->len, room, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= room)
		q->full = true;
	else
		q->len += (size_t)n;
}

static void
sql_bind(struct fleet_sql *q, struct value v)
{
	if (q->args == FLEET_SQL_ARGS) {
		q->full = true;
		return;
	}
	q->arg[q->args++] = v;
	fleet_sql_add(q, "?%d", q->args);
}

void
fleet_sql_int(struct fleet_sql *q, int64_t n)
{
	sql_bind(q, (struct value)INT(n));
}

static void
sql_string(struct fleet_sql *q, const char *text)
{
	sql_bind(q, (struct value)TEXT(text));
}

void
fleet_sql_and(struct fleet_sql *q)
{
	fleet_sql_add(q, "%s", q->where++ == 0 ? "WHERE " : " AND ");
}

/* A health field's value: fn is health_text or health_number. */
static void
sql_health(struct fleet_sql *q, const char *fn, const char *key)
{
	fleet_sql_add(q, "%s (n.health, ", fn);
	sql_string(q, key);
	fleet_sql_add(q, ")");
}

/* Its state, also of a device that is disabled. */
static void
sql_seen_state(struct fleet_sql *q, int64_t now)
{
	static const char every[] = "CASE WHEN n.interval > %d THEN n.interval "
				    "ELSE %d END * " MICROS;

	fleet_sql_add(q,
	    "CASE WHEN n.last_seen = 0 THEN %d WHEN n.last_seen >= ",
	    DEVICE_NEVER);
	fleet_sql_int(q, now);
	fleet_sql_add(q, " - %d * ", DEVICE_LATE_AFTER);
	fleet_sql_add(q, every, DEVICE_INTERVAL, DEVICE_INTERVAL);
	fleet_sql_add(q,
	    " THEN %d WHEN d.id IN (SELECT s.device FROM session s "
	    "JOIN node o ON o.name = s.node WHERE o.alive > ",
	    DEVICE_ONLINE);
	fleet_sql_int(q, q->nodes_since);
	fleet_sql_add(q, ") THEN %d WHEN n.last_seen >= ", DEVICE_ONLINE);
	fleet_sql_int(q, now);
	fleet_sql_add(q, " - %d * ", DEVICE_OFFLINE_AFTER);
	fleet_sql_add(q, every, DEVICE_INTERVAL, DEVICE_INTERVAL);
	fleet_sql_add(q, " THEN %d ELSE %d END", DEVICE_LATE, DEVICE_OFFLINE);
}

void
fleet_sql_state(struct fleet_sql *q, int64_t now)
{
	fleet_sql_add(
	    q, "CASE WHEN d.enabled = 0 THEN %d ELSE ", FLEET_DISABLED);
	sql_seen_state(q, now);
	fleet_sql_add(q, " END");
}

void
fleet_sql_by_state(struct fleet_sql *q, const struct fleet_query *f)
{
	if (!f->by_state)
		return;
	fleet_sql_and(q);
	if (f->with_disabled)
		sql_seen_state(q, f->now);
	else
		fleet_sql_state(q, f->now);
	fleet_sql_add(q, " = %d", (int)f->state);
}

/* A number of the field: false, it has none. */
static bool
sql_number(struct fleet_sql *q, const char *field, int64_t now)
{
	const struct health_field *f = health_field_find(field);

	if (strcmp(field, "state") == 0) {
		fleet_sql_state(q, now);
	} else if (strcmp(field, "interval") == 0) {
		fleet_sql_add(q, "NULLIF (n.interval, 0)");
	} else if (strcmp(field, "last_seen") == 0) {
		fleet_sql_add(q, "(");
		fleet_sql_int(q, now);
		fleet_sql_add(q, " - NULLIF (n.last_seen, 0)) / " MICROS);
	} else if (strcmp(field, "created") == 0) {
		fleet_sql_add(q, "(");
		fleet_sql_int(q, now);
		fleet_sql_add(q, " - d.created) / " MICROS);
	} else if (f == NULL || f->kind == HEALTH_TEXT) {
		return false;
	} else {
		sql_health(q, "health_number", f->key);
	}
	return true;
}

/* The text of a field that has no number. */
static void
sql_text(struct fleet_sql *q, const char *field)
{
	const struct health_field *f = health_field_find(field);
	size_t i;

	for (i = 0; i < COLUMNS; i++)
		if (strcmp(field, columns[i].name) == 0) {
			fleet_sql_add(q, "%s", columns[i].text);
			return;
		}
	sql_health(q, "health_text", f != NULL ? f->key : field);
}

/* Whether it has the tag, which lies between commas. */
static void
sql_tag(struct fleet_sql *q, const char *tag)
{
	char *pattern;

	if (q->tags == FLEET_SQL_TAGS || strlen(tag) >= DEVICE_NAME) {
		q->full = true;
		return;
	}
	pattern = q->tag[q->tags++];
	snprintf(pattern, sizeof(q->tag[0]), ",%s,", tag);
	fleet_sql_add(q, "has_text (',' || d.tags || ',', ");
	sql_string(q, pattern);
	fleet_sql_add(q, ")");
}

static const char *
sql_op(enum fleet_op op)
{
	static const char *const ops[] = {[FLEET_IS] = "=",
	    [FLEET_IS_NOT] = "<>",
	    [FLEET_LESS] = "<",
	    [FLEET_MORE] = ">",
	    [FLEET_AT_MOST] = "<=",
	    [FLEET_AT_LEAST] = ">="};

	return ops[op];
}

static void
sql_where_text(struct fleet_sql *q, const struct fleet_where *w)
{
	if (w->op == FLEET_HAS)
		fleet_sql_add(q, "has_text (");
	else
		fleet_sql_add(q, "lower (coalesce (");
	sql_text(q, w->field);
	if (w->op == FLEET_HAS)
		fleet_sql_add(q, ", ");
	else
		fleet_sql_add(q, ", '')) %s lower (", sql_op(w->op));
	sql_string(q, w->value);
	fleet_sql_add(q, ")");
}

static void
sql_where_state(struct fleet_sql *q, const struct fleet_where *w, int64_t now)
{
	enum device_state state;
	int n = FLEET_DISABLED;

	if (device_state_parse(w->value, &state) == 0)
		n = (int)state;
	fleet_sql_state(q, now);
	fleet_sql_add(q, " %s %d", sql_op(w->op), n);
}

/* "5%": of another field, to which the bound is multiplied. */
static void
sql_where_number(struct fleet_sql *q, const struct fleet_where *w)
{
	const struct health_field *f = health_field_find(w->field);
	bool percent = f != NULL && f->whole != NULL &&
		       w->value[strspn(w->value, "-.0123456789")] == '%';

	fleet_sql_add(q, "%s", percent ? "100 * " : "");
	sql_health(q, "health_number", f != NULL ? f->key : w->field);
	fleet_sql_add(q, " %s CAST (rtrim (", sql_op(w->op));
	sql_string(q, w->value);
	fleet_sql_add(q, ", '%%') AS DOUBLE PRECISION)");
	if (percent) {
		fleet_sql_add(q, " * ");
		sql_health(q, "health_number", f->whole);
	}
}

static void
sql_where(struct fleet_sql *q, const struct fleet_where *w, int64_t now)
{
	enum fleet_kind kind;

	if (fleet_field(w->field, &kind) == NULL) {
		q->full = true;
		return;
	}
	fleet_sql_and(q);
	if (kind == FLEET_KIND_TAG && w->op != FLEET_HAS) {
		fleet_sql_add(q, "%s", w->op == FLEET_IS_NOT ? "NOT " : "");
		sql_tag(q, w->value);
	} else if (kind == FLEET_KIND_STATE) {
		sql_where_state(q, w, now);
	} else if (kind == FLEET_KIND_SPAN) {
		sql_number(q, w->field, now);
		fleet_sql_add(q, " %s ", sql_op(w->op));
		fleet_sql_int(q, fleet_span(w->value));
	} else if (kind == FLEET_KIND_NUMBER ||
		   (kind == FLEET_KIND_KEY && w->op >= FLEET_LESS)) {
		sql_where_number(q, w);
	} else {
		sql_where_text(q, w);
	}
}

/* Each word of the text has to be in one of these. */
static void
sql_words(struct fleet_sql *q, const char *text)
{
	static const char *const in[] = {
	    "d.name", "d.alias", "d.tags", "n.addr", "n.client", "n.health"};
	char *word, *rest = q->words;
	size_t i;
	int n = 0;

	snprintf(q->words, sizeof(q->words), "%s", text);
	while ((word = strsep(&rest, " \t\n")) != NULL && n < FLEET_WORDS) {
		if (*word == '\0')
			continue;
		n++;
		fleet_sql_and(q);
		for (i = 0; i < sizeof(in) / sizeof(in[0]); i++) {
			fleet_sql_add(q, "%shas_text (%s, ",
			    i == 0 ? "(" : " OR ", in[i]);
			sql_string(q, word);
			fleet_sql_add(q, ")");
		}
		fleet_sql_add(q, ")");
	}
}

/* As fleet_wrong. */
static void
sql_wrong(struct fleet_sql *q, int64_t now)
{
	const struct health_field *f;
	size_t i;

	fleet_sql_and(q);
	fleet_sql_add(q, "d.enabled <> 0 AND (");
	fleet_sql_state(q, now);
	fleet_sql_add(
	    q, " IN (%d, %d) OR n.twice > ", DEVICE_LATE, DEVICE_OFFLINE);
	fleet_sql_int(q, now - DEVICE_DUPLICATE_KEY);
	for (i = 0; (f = health_field_at(i)) != NULL; i++) {
		if (f->bound == 0)
			continue;
		fleet_sql_add(q, " OR %s", f->whole != NULL ? "100 * " : "");
		sql_health(q, "health_number", f->key);
		fleet_sql_add(q, " %s %d", f->bad == HEALTH_LOW ? "<" : ">",
		    (int)f->bound);
		if (f->whole != NULL) {
			fleet_sql_add(q, " * ");
			sql_health(q, "health_number", f->whole);
		}
	}
	fleet_sql_add(q, ")");
}

void
fleet_sql_conditions(struct fleet_sql *q, const struct fleet_query *f)
{
	int i;

	/* A limited store refuses a table of which no column is read: beats. */
	fleet_sql_add(q, " FROM device d JOIN device_seen n ON "
			 "n.device = d.id AND n.beats >= 0 ");
	for (i = 0; i < f->tags && i < FLEET_TAGS; i++) {
		fleet_sql_and(q);
		sql_tag(q, f->tag[i]);
	}
	for (i = 0; i < f->wheres && i < FLEET_WHERE; i++)
		sql_where(q, &f->where[i], f->now);
	if (f->text != NULL)
		sql_words(q, f->text);
	if (f->wrong)
		sql_wrong(q, f->now);
}

void
fleet_sql_order(struct fleet_sql *q, const struct fleet_query *f)
{
	const char *way = f->descending ? " DESC" : "";
	enum fleet_kind kind;

	if (strcmp(f->sort, "id") == 0) {
		fleet_sql_add(q, " ORDER BY d.name%s", way);
		return;
	}
	fleet_sql_add(q, " ORDER BY ");
	if (f->sort[0] != '\0' && fleet_field(f->sort, &kind) == NULL) {
		q->full = true;
	} else if (f->sort[0] != '\0' && sql_number(q, f->sort, f->now)) {
		fleet_sql_add(q, "%s NULLS LAST, ", way);
	} else if (f->sort[0] != '\0') {
		if (kind == FLEET_KIND_KEY) {
			sql_health(q, "health_number", f->sort);
			fleet_sql_add(q, "%s NULLS LAST, ", way);
		}
		fleet_sql_add(q, "NULLIF (");
		sql_text(q, f->sort);
		fleet_sql_add(q, ", '')%s NULLS LAST, ", way);
	}
	fleet_sql_add(q, "d.id%s", way);
}
