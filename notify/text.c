#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert_line.h"
#include "text.h"

#define NAMES 512 /* bytes of a list of devices */

void
text_title(const json_t *alert, char title[TEXT_TITLE])
{
	const char *severity = alert_text(alert, "severity");

	if (alert_is_close(alert))
		severity = "resolved";
	else if (*severity == '\0')
		severity = "warning";
	snprintf(title, TEXT_TITLE, "%.12s: %s", severity,
	    alert_text(alert, "summary"));
}

static void
text_field(FILE *f, const char *name, const char *value)
{
	if (*value != '\0')
		fprintf(f, "%s: %s\n", name, value);
}

static void
text_names(FILE *f, const char *name, const json_t *list)
{
	size_t i, said = 0;
	json_t *item;

	if (json_array_size(list) == 0)
		return;
	fprintf(f, "%s: ", name);
	json_array_foreach(list, i, item) {
		if (said > NAMES) {
			fprintf(f, ", ...");
			break;
		}
		said += (size_t)fprintf(
		    f, "%s%s", i == 0 ? "" : ", ", json_string_value(item));
	}
	fputc('\n', f);
}

static void
text_number(FILE *f, const char *name, const char *unit, const json_t *n)
{
	if (json_is_number(n) && json_number_value(n) > 0)
		fprintf(f, "%s: %.0f%s\n", name, json_number_value(n), unit);
}

/* The alerts that a summary stands for. */
static void
text_each(FILE *f, const json_t *alerts)
{
	char title[TEXT_TITLE];
	json_t *a;
	size_t i;

	json_array_foreach(alerts, i, a) {
		text_title(a, title);
		fprintf(f, "%s %s\n", alert_text(a, "time"), title);
	}
}

static void
text_print(FILE *f, const json_t *alert)
{
	fprintf(f, "%s\n\n", alert_text(alert, "summary"));
	if (alert_is_summary(alert)) {
		text_each(f, json_object_get(alert, "alerts"));
		return;
	}
	text_field(f, "kind", alert_text(alert, "kind"));
	text_field(f, "subject", alert_text(alert, "subject"));
	text_field(f, "severity", alert_text(alert, "severity"));
	text_field(f, "since", alert_since(alert));
	if (alert_is_close(alert))
		text_field(f, "until", alert_until(alert));
	text_number(f, "duration", " s", json_object_get(alert, "duration"));
	text_number(f, "count", "", json_object_get(alert, "count"));
	text_names(f, "devices", json_object_get(alert, "devices"));
	text_names(f, "missing", json_object_get(alert, "missing"));
	text_field(f, "server", alert_text(alert, "server"));
	text_field(f, "alert", alert_text(alert, "id"));
}

char *
text_body(const json_t *alert, size_t most)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f;

	if ((f = open_memstream(&text, &n)) == NULL)
		return NULL;
	text_print(f, alert);
	if (fclose(f) != 0) {
		free(text);
		return NULL;
	}
	if (n > most) {
		for (n = most;
		     n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80;)
			n--;
		text[n] = '\0';
	}
	return text;
}
