#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "show_health.h"
#include "when.h"

void
show_health_columns(struct show_columns *c, bool heading)
{
	const struct health_field *f;
	size_t i, at;

	for (i = 0; (f = health_field_at(i)) != NULL; i++) {
		for (at = 0; f->title[at] != '\0'; at++)
			c->title[i][at] =
			    heading ? (char)toupper((unsigned char)f->title[at])
				    : f->title[at];
		c->title[i][at] = '\0';
		c->column[c->n++] = (struct column){f->name, c->title[i]};
	}
	c->column[c->n++] = (struct column){
	    "health", heading ? "OTHER HEALTH" : "Other health"};
}

const char *
show_health_text(const struct health_field *f, const char *health, char out[64])
{
	char value[HEARTBEAT_VALUE], span[WHEN_TEXT];
	double number;

	if (!health_text(health, f->key, value))
		return "-";
	if (strcmp(f->unit, "s") == 0 &&
	    health_number(health, f->key, &number) && number >= 0)
		snprintf(out, 64, "%s", when_span((int64_t)number, span));
	else
		snprintf(out, 64, "%s%s%s", value,
		    f->unit[0] != '\0' ? " " : "", f->unit);
	return out;
}

static json_t *
health_json(const struct health_field *f, const char *health)
{
	char value[HEARTBEAT_VALUE];
	double number;

	if (!health_text(health, f->key, value))
		return NULL;
	if (f->kind == HEALTH_TEXT || !health_number(health, f->key, &number))
		return json_string(value);
	if (number > -1e15 && number < 1e15 &&
	    (double)(int64_t)number == number)
		return json_integer((json_int_t)number);
	return json_real(number);
}

void
show_health_values(struct output *o, const char *health)
{
	const struct health_field *f;
	char text[64], other[HEARTBEAT_HEALTH];
	size_t i;

	for (i = 0; (f = health_field_at(i)) != NULL; i++)
		output_both(o, show_health_text(f, health, text),
		    health_json(f, health));
	output_both(o, show_health_other(health, other) ? other : "-",
	    show_health_object(health, false));
}

static int
health_add(void *object, const char *key, const char *value)
{
	json_object_set_new(object, key, json_string(value));
	return 0;
}

/*
 * A key that is another field's name is none of that field.  By "pins" a client
 * only asks for announcements (PROTOCOL, 1.7).
 */
static bool
health_known(const char *key)
{
	const struct health_field *f = health_field_find(key);

	if (strcmp(key, "pins") == 0)
		return true;
	return f != NULL && strcmp(f->key, key) == 0;
}

static int
health_add_unknown(void *object, const char *key, const char *value)
{
	return health_known(key) ? 0 : health_add(object, key, value);
}

static int
health_join_unknown(void *arg, const char *key, const char *value)
{
	char *text = arg;
	size_t n = strlen(text);

	if (!health_known(key))
		snprintf(text + n, HEARTBEAT_HEALTH - n, "%s%s=%s",
		    n > 0 ? " " : "", key, value);
	return 0;
}

bool
show_health_other(const char *health, char out[HEARTBEAT_HEALTH])
{
	out[0] = '\0';
	health_each(health, health_join_unknown, out);
	return out[0] != '\0';
}

json_t *
show_health_object(const char *health, bool known)
{
	json_t *object = json_object();

	health_each(health, known ? health_add : health_add_unknown, object);
	return object;
}
