#include "config.h"

#include <string.h>

#include "output_csv.h"

static void
csv_text(FILE *fp, const char *text)
{
	const char *p;

	if (strpbrk(text, ",\"\r\n") == NULL) {
		fputs(text, fp);
		return;
	}
	fputc('"', fp);
	for (p = text; *p != '\0'; p++) {
		if (*p == '"')
			fputc('"', fp);
		fputc(*p, fp);
	}
	fputc('"', fp);
}

static void
csv_words(FILE *fp, const json_t *list)
{
	const json_t *word;
	size_t i;

	json_array_foreach(list, i, word)
		fprintf(fp, "%s%s", i > 0 ? " " : "",
		    json_is_string(word) ? json_string_value(word) : "");
}

static void
csv_value(FILE *fp, const json_t *value)
{
	if (json_is_string(value))
		csv_text(fp, json_string_value(value));
	else if (json_is_integer(value))
		fprintf(fp, "%lld", (long long)json_integer_value(value));
	else if (json_is_real(value))
		fprintf(fp, "%.6f", json_real_value(value));
	else if (json_is_boolean(value))
		fputs(json_is_true(value) ? "true" : "false", fp);
	else if (json_is_array(value))
		csv_words(fp, value);
}

int
csv_names(FILE *fp, const struct column *columns, size_t n)
{
	bool first = true;
	size_t i;

	for (i = 0; i < n; i++) {
		if (columns[i].key == NULL)
			continue;
		fprintf(fp, "%s%s", first ? "" : ",", columns[i].key);
		first = false;
	}
	return fputs("\r\n", fp) == EOF ? -1 : 0;
}

int
csv_row(FILE *fp, const struct column *columns, size_t n, const json_t *row)
{
	bool first = true;
	size_t i;

	for (i = 0; i < n; i++) {
		if (columns[i].key == NULL)
			continue;
		if (!first)
			fputc(',', fp);
		csv_value(fp, json_object_get(row, columns[i].key));
		first = false;
	}
	return fputs("\r\n", fp) == EOF ? -1 : 0;
}
