#include "config.h"

#include <stdio.h>

#include "html_value.h"
#include "when.h"

#define MS 1000 /* us */

static void
html_scalar(struct html *h, const json_t *value)
{
	char text[32];

	if (json_is_string(value))
		html_text(h, json_string_value(value));
	else if (json_is_integer(value))
		html_number(h, json_integer_value(value));
	else if (json_is_real(value)) {
		snprintf(text, sizeof(text), "%.2f", json_real_value(value));
		html_put(h, text);
	} else if (json_is_boolean(value))
		html_put(h, json_is_true(value) ? "yes" : "no");
}

static bool
html_is_empty(const json_t *value)
{
	return value == NULL || json_is_null(value) ||
	       (json_is_string(value) && json_string_length(value) == 0) ||
	       (json_is_array(value) && json_array_size(value) == 0);
}

void
html_value(struct html *h, const json_t *object, const char *name)
{
	const json_t *item, *value = json_object_get(object, name);
	size_t i;

	if (html_is_empty(value))
		html_put(h, "-");
	else if (json_is_array(value)) {
		for (i = 0; i < json_array_size(value); i++) {
			item = json_array_get(value, i);
			html_put(h, i > 0 ? " " : "");
			html_scalar(h, item);
		}
	} else
		html_scalar(h, value);
}

void
html_cell(struct html *h, const json_t *object, const char *name)
{
	html_put(h, "<td>");
	html_value(h, object, name);
	html_put(h, "</td>");
}

void
html_when(struct html *h, const json_t *object, const char *name, int64_t now)
{
	int64_t at = json_integer_value(json_object_get(object, name));
	char text[WHEN_TEXT], exact[WHEN_TEXT];

	if (at == 0) {
		html_put(h, "-");
		return;
	}
	html_put(h, "<time datetime=\"");
	html_text(h, when_seconds(at * MS, exact));
	html_put(h, "\" title=\"");
	html_text(h, exact);
	html_put(h, "\">");
	html_text(h, at > now ? when_due(at * MS, now * MS, text)
			      : when_ago(at * MS, now * MS, text));
	html_put(h, "</time>");
}

void
html_pair(
    struct html *h, const char *title, const json_t *object, const char *name)
{
	html_put(h, "<tr><th scope=\"row\">");
	html_text(h, title);
	html_put(h, "</th>");
	html_cell(h, object, name);
	html_put(h, "</tr>\n");
}

const char *
html_state(const json_t *row)
{
	const char *state = json_string_value(json_object_get(row, "state"));

	if (json_is_false(json_object_get(row, "enabled")))
		return "disabled";
	return state != NULL ? state : "unknown";
}
