#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clean.h"
#include "output.h"
#include "when.h"

void
output_text(struct output *o, const char *text)
{
	bool empty = text == NULL || *text == '\0';

	output_both(o, empty ? "-" : text, empty ? NULL : clean_json(text));
}

void
output_number(struct output *o, int64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)number);
	output_both(o, text, json_integer(number));
}

void
output_bool(struct output *o, bool value)
{
	output_both(o, value ? "yes" : "no", json_boolean(value));
}

void
output_words(struct output *o, const char *words)
{
	json_t *list = json_array();
	const char *p = words;
	size_t n;

	for (; *p != '\0'; p += p[n] == ',' ? n + 1 : n) {
		n = strcspn(p, ",");
		json_array_append_new(list, json_stringn(p, n));
	}
	output_both(o, *words == '\0' ? "-" : words, list);
}

/* A list of numbers. */
void
output_ports(struct output *o, const char *ports)
{
	json_t *list = json_array();
	const char *p;

	for (p = ports; *p != '\0'; p += strcspn(p, ",")) {
		p += *p == ',';
		json_array_append_new(list, json_integer(strtol(p, NULL, 10)));
	}
	output_both(o, *ports == '\0' ? "-" : ports, list);
}

void
output_time(struct output *o, int64_t us)
{
	char text[WHEN_TEXT], exact[WHEN_TEXT];

	output_both(o, us == 0 ? "never" : when_seconds(us, text),
	    us == 0 ? NULL : json_string(when_micros(us, exact)));
}

void
output_ago(struct output *o, int64_t us)
{
	char text[WHEN_TEXT], exact[WHEN_TEXT];

	output_both(o, when_ago(us, when_now(), text),
	    us == 0 ? NULL : json_string(when_micros(us, exact)));
}

void
output_span(struct output *o, int64_t seconds)
{
	char text[WHEN_TEXT];

	output_both(o, seconds == 0 ? "-" : when_span(seconds, text),
	    seconds == 0 ? NULL : json_integer(seconds));
}
