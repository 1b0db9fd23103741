/*
 * "/": the fleet as a table, with a form to filter it and links to its pages.
 */
#include "config.h"

#include <string.h>

#include "tell.h"
#include "html_pages.h"
#include "html_value.h"

/* The classes are those of web/style.css. */
static const struct {
	const char *name, *class, *title;
	bool is_time;
} columns[] = {
    {"tags", "c-tags", "Tags", false},
    {NULL, "c-beats", "Last 60 polls", false}, /* drawn by a script */
    {"last_seen", "c-seen", "Seen", true},
    {"due", "c-due", "Next", true},
    {"addr", "c-addr", "Address", false},
    {"client", "c-client", "Client", false},
    {"model", "c-model", "Model", false},
    {"firmware", "c-firmware", "Firmware", false},
    {"memory", "c-memory", "Memory", false},
    {"load", "c-load", "Load", false},
    {"wrong", "c-wrong", "Wrong", false},
};
#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

static const char *const states[] = {"online", "late", "offline", "never"};
#define STATES (sizeof(states) / sizeof(states[0]))

static const char *
fleet_asked(const struct asked *a, const char *name)
{
	const char *value = asked_value(a, name);

	return value != NULL ? value : "";
}

static void
fleet_input(struct html *h, const struct asked *a, const char *name,
    const char *label, const char *type)
{
	html_put(h, "<input type=\"");
	html_text(h, type);
	html_put(h, "\" name=\"");
	html_text(h, name);
	html_put(h, "\" aria-label=\"");
	html_text(h, label);
	html_put(h, "\" placeholder=\"");
	html_text(h, label);
	html_put(h, "\" value=\"");
	html_text(h, fleet_asked(a, name));
	html_put(h, "\">\n");
}

static void
fleet_option(
    struct html *h, const char *value, const char *text, const char *chosen)
{
	html_put(h, "<option value=\"");
	html_text(h, value);
	html_put(h, strcmp(value, chosen) == 0 ? "\" selected>" : "\">");
	html_text(h, text);
	html_put(h, "</option>");
}

static void
fleet_counts(struct html *h, const json_t *fleet)
{
	const json_t *counts = json_object_get(fleet, "counts");
	size_t i;

	html_put(h, "<p class=\"found\">");
	html_value(h, fleet, "total");
	html_put(h, " devices");
	for (i = 0; i < STATES; i++) {
		html_put(h, ", ");
		html_value(h, counts, states[i]);
		html_put(h, " ");
		html_put(h, states[i]);
	}
	html_put(h, ", ");
	html_value(h, counts, "disabled");
	html_put(h, " disabled</p>\n");
}

static void
fleet_form(struct html *h, const struct asked *a, const json_t *fleet)
{
	const json_t *tag, *tags = json_object_get(fleet, "tags");
	const char *name;
	size_t i;

	html_put(h, "<form class=\"filters\" method=\"get\" action=\"/\" "
		    "role=\"search\" aria-label=\"Devices\">\n");
	fleet_input(h, a, "q", "Search", "search");
	html_put(h, "<select name=\"tag\" aria-label=\"Tag\">");
	fleet_option(h, "", "Any tag", fleet_asked(a, "tag"));
	for (i = 0; i < json_array_size(tags); i++) {
		tag = json_array_get(tags, i);
		name = json_string_value(json_object_get(tag, "tag"));
		if (name != NULL)
			fleet_option(h, name, name, fleet_asked(a, "tag"));
	}
	html_put(h, "</select>\n<select name=\"state\" aria-label=\"State\">");
	fleet_option(h, "", "Any state", fleet_asked(a, "state"));
	for (i = 0; i < STATES; i++)
		fleet_option(h, states[i], states[i], fleet_asked(a, "state"));
	html_put(h, "</select>\n<span class=\"bare\">");
	fleet_input(h, a, "where", "Where", "text");
	html_put(h, "<button type=\"submit\">Filter</button></span>\n");
	fleet_counts(h, fleet);
	html_put(h, "</form>\n");
}

/* The state's shape and word, and the name as the row's link. */
static void
fleet_name(struct html *h, const json_t *row)
{
	const char *id = json_string_value(json_object_get(row, "id"));
	const char *alias = json_string_value(json_object_get(row, "alias"));
	bool named = alias != NULL && *alias != '\0';

	html_put(
	    h, "<th scope=\"row\" class=\"c-name\"><span class=\"state s-");
	html_put(h, html_state(row));
	html_put(h, "\"><span class=\"hidden\">");
	html_put(h, html_state(row));
	html_put(h, " </span></span><a href=\"/device/");
	html_query(h, id != NULL ? id : "");
	html_put(h, "\"><b>");
	html_value(h, row, named ? "alias" : "id");
	html_put(h, "</b></a>");
	if (named) {
		html_put(h, "<span class=\"id\">");
		html_value(h, row, "id");
		html_put(h, "</span>");
	}
	html_put(h, "</th>");
}

static void
fleet_row(struct html *h, const json_t *row, int64_t now)
{
	size_t i;

	html_put(h, "<tr>");
	fleet_name(h, row);
	for (i = 0; i < COLUMNS; i++) {
		html_put(h, "<td class=\"");
		html_put(h, columns[i].class);
		html_put(h, "\">");
		if (columns[i].is_time)
			html_when(h, row, columns[i].name, now);
		else if (columns[i].name != NULL)
			html_value(h, row, columns[i].name);
		html_put(h, "</td>");
	}
	html_put(h, "</tr>\n");
}

static void
fleet_table(struct html *h, const json_t *fleet)
{
	int64_t now = json_integer_value(json_object_get(fleet, "now"));
	const json_t *rows = json_object_get(fleet, "rows");
	size_t i;

	html_put(h,
	    "<table class=\"list fleet\" aria-label=\"Devices\">\n"
	    "<thead><tr><th scope=\"col\" class=\"c-name\">Device</th>");
	for (i = 0; i < COLUMNS; i++) {
		html_put(h, "<th scope=\"col\" class=\"");
		html_put(h, columns[i].class);
		html_put(h, "\">");
		html_put(h, columns[i].title);
		html_put(h, "</th>");
	}
	html_put(h, "</tr></thead>\n<tbody>\n");
	for (i = 0; i < json_array_size(rows); i++)
		fleet_row(h, json_array_get(rows, i), now);
	html_put(h, "</tbody>\n</table>\n");
}

/* A link to the same query at another offset. */
static void
fleet_link(struct html *h, const struct asked *a, int64_t offset,
    const char *rel, const char *text)
{
	static const char *const kept[] = {
	    "q", "tag", "state", "wrong", "where", "sort", "desc", "limit"};
	const char *value;
	size_t i;

	html_put(h, "<a rel=\"");
	html_put(h, rel);
	html_put(h, "\" href=\"/?offset=");
	html_number(h, offset);
	for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		if ((value = asked_value(a, kept[i])) == NULL)
			continue;
		html_put(h, "&amp;");
		html_put(h, kept[i]);
		html_put(h, "=");
		html_query(h, value);
	}
	html_put(h, "\">");
	html_put(h, text);
	html_put(h, "</a>\n");
}

static void
fleet_paging(struct html *h, const struct asked *a, const json_t *fleet)
{
	int64_t offset = json_integer_value(json_object_get(fleet, "offset")),
		limit = json_integer_value(json_object_get(fleet, "limit")),
		total = json_integer_value(json_object_get(fleet, "total"));

	html_put(h, "<nav class=\"pages\" aria-label=\"Pages\">\n");
	if (offset > 0)
		fleet_link(h, a, offset > limit ? offset - limit : 0, "prev",
		    "previous");
	if (limit > 0 && offset + limit < total)
		fleet_link(h, a, offset + limit, "next", "next");
	html_put(h, "</nav>\n");
}

unsigned int
html_fleet(struct view *v, const struct asked *a, struct html *h)
{
	struct html content = {.text = NULL};
	char error[ASKED_ERROR];
	unsigned int status;
	json_t *fleet;

	if ((status = tell_fleet(v, a, &fleet, error)) != 200) {
		html_error(h, "fleet", "Fleet", error);
		return status;
	}
	fleet_form(&content, a, fleet);
	fleet_table(&content, fleet);
	fleet_paging(&content, a, fleet);
	json_decref(fleet);
	html_shell(h, "fleet", "Fleet", &content);
	return status;
}
