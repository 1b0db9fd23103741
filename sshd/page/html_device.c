/*
 * "/device/ID": what is known of one device, as tables.
 */
#include "config.h"

#include "tell.h"
#include "health_field.h"
#include "html_pages.h"
#include "html_value.h"

struct column {
	const char *name, *title;
	bool is_time;
};

static const struct column keys[] = {{"key", "Fingerprint", false},
    {"type", "Type", false}, {"created", "Added", true},
    {"comment", "Comment", false}, {NULL, NULL, false}};
static const struct column permits[] = {{"first", "First port", false},
    {"last", "Last port", false}, {"tag", "Tag", false},
    {"virtual", "Virtual", false}, {NULL, NULL, false}};
static const struct column forwards[] = {{"dport", "Device port", false},
    {"sport", "Server port", false}, {"virtual", "Virtual", false},
    {"state", "State", false}, {"since", "Since", true},
    {"expires", "Ends", true}, {"owner", "Owner", false},
    {"reason", "Reason", false}, {NULL, NULL, false}};
static const struct column sessions[] = {{"session", "Session", false},
    {"since", "Since", true}, {"addr", "Address", false},
    {"client", "Client", false}, {"ports", "Server ports", false},
    {NULL, NULL, false}};
static const struct column polls[] = {{"at", "At", true},
    {"interval", "After", false}, {"addr", "Address", false},
    {"client", "Client", false}, {NULL, NULL, false}};

static const struct {
	const char *name, *title;
	const struct column *columns;
} parts[] = {
    {"forwards", "Forwards", forwards},
    {"sessions", "Sessions", sessions},
    {"jumps", "Last jumps", forwards},
    {"keys", "Keys", keys},
    {"permits", "Permits", permits},
    {"polls", "Polls", polls},
};

static void
device_part(struct html *h, const char *title, const struct column *columns,
    const json_t *rows, int64_t now)
{
	const struct column *c;
	size_t i, n = json_array_size(rows);

	if (n == 0)
		return;
	html_put(h, "<table class=\"list\">\n<caption>");
	html_put(h, title);
	html_put(h, "</caption>\n<thead><tr>");
	for (c = columns; c->name != NULL; c++) {
		html_put(h, "<th scope=\"col\">");
		html_put(h, c->title);
		html_put(h, "</th>");
	}
	html_put(h, "</tr></thead>\n<tbody>\n");
	for (i = 0; i < n; i++) {
		html_put(h, "<tr>");
		for (c = columns; c->name != NULL; c++) {
			html_put(h, "<td>");
			if (c->is_time)
				html_when(
				    h, json_array_get(rows, i), c->name, now);
			else
				html_value(h, json_array_get(rows, i), c->name);
			html_put(h, "</td>");
		}
		html_put(h, "</tr>\n");
	}
	html_put(h, "</tbody>\n</table>\n");
}

static void
device_time(struct html *h, const char *title, const json_t *d,
    const char *name, int64_t now)
{
	html_put(h, "<tr><th scope=\"row\">");
	html_put(h, title);
	html_put(h, "</th><td>");
	html_when(h, d, name, now);
	html_put(h, "</td></tr>\n");
}

/* The health fields that the device tells: the known ones first. */
static void
device_health(struct html *h, const json_t *d)
{
	json_t *health = json_object_get(d, "health"), *value;
	const struct health_field *f;
	const char *key;
	size_t i;

	for (i = 0; (f = health_field_at(i)) != NULL; i++)
		if (json_object_get(health, f->key) != NULL)
			html_pair(h, f->title, health, f->key);
	json_object_foreach(health, key, value)
		if (health_field_find(key) == NULL)
			html_pair(h, key, health, key);
}

static void
device_facts(struct html *h, const json_t *d, int64_t now)
{
	html_put(h,
	    "<table class=\"list\">\n<caption>Device</caption>\n<tbody>\n"
	    "<tr><th scope=\"row\">State</th><td class=\"state s-");
	html_put(h, html_state(d));
	html_put(h, "\">");
	html_put(h, html_state(d));
	html_put(h, "</td></tr>\n");
	html_pair(h, "Device", d, "id");
	html_pair(h, "Alias", d, "alias");
	html_pair(h, "Tags", d, "tags");
	html_pair(h, "Wrong", d, "wrong_text");
	device_time(h, "Last seen", d, "last_seen", now);
	device_time(h, "Next poll", d, "due", now);
	html_pair(h, "Polls every (s)", d, "interval");
	html_pair(h, "Address", d, "addr");
	html_pair(h, "Client", d, "client");
	device_time(h, "Added", d, "created", now);
	device_health(h, d);
	html_put(h, "</tbody>\n</table>\n");
}

static void
device_lines(struct html *h, const json_t *object)
{
	static const char *const names[] = {"ssh", "scp", "web"};
	const json_t *lines = json_object_get(object, "lines");
	size_t i;

	if (lines == NULL)
		return;
	html_put(h, "<h2>To reach it</h2>\n");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		html_put(h, "<pre>");
		html_value(h, lines, names[i]);
		html_put(h, "</pre>\n");
	}
}

static void
device_content(struct html *h, const json_t *object)
{
	int64_t now = json_integer_value(json_object_get(object, "now"));
	const json_t *d = json_object_get(object, "device"),
		     *doctor = json_object_get(object, "doctor");
	size_t i;

	html_put(h, "<p><a href=\"/\">Fleet</a></p>\n<h1>");
	html_value(h, d, "id");
	html_put(h, "</h1>\n<p class=\"doctor\">");
	if (json_array_size(doctor) > 0)
		html_value(h, json_array_get(doctor, 0), "text");
	else
		html_value(h, d, "wrong_text");
	html_put(h, "</p>\n");
	device_facts(h, d, now);
	device_lines(h, object);
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		device_part(h, parts[i].title, parts[i].columns,
		    json_object_get(object, parts[i].name), now);
}

unsigned int
html_device(struct view *v, const struct asked *a, struct html *h)
{
	struct html content = {.text = NULL};
	char error[ASKED_ERROR];
	unsigned int status;
	json_t *object;

	if ((status = tell_device(v, a, &object, error)) != 200) {
		html_error(h, "device", "Device", error);
		return status;
	}
	device_content(&content, object);
	json_decref(object);
	html_shell(h, "device", a->id, &content);
	return status;
}
