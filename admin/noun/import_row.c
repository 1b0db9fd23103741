#include "config.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "import_row.h"
#include "name.h"
#include "when.h"

enum field { ID, KEY, ALIAS, TAGS, FIELDS };

static const char *const names[FIELDS] = {"id", "key", "alias", "tags"};

struct import_reader {
	enum { UNKNOWN, CSV, JSON_LINES } kind;
	enum field column[FIELDS]; /* CSV's, in their order */
	int columns;
};

struct import_reader *
import_reader_new(void)
{
	struct import_reader *r = calloc(1, sizeof(*r));

	for (; r != NULL && r->columns < FIELDS; r->columns++)
		r->column[r->columns] = (enum field)r->columns;
	return r;
}

void
import_reader_free(struct import_reader *r)
{
	free(r);
}

static int __attribute__((format(printf, 2, 3)))
row_wrong(char error[IMPORT_ERROR], const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(error, IMPORT_ERROR, fmt, ap);
	va_end(ap);
	return -1;
}

/* --- what a field says ------------------------------------------------ */

static int
put_name(struct import_row *row, enum field field, const char *text,
    char error[IMPORT_ERROR])
{
	char *to = field == ID ? row->device.name : row->device.alias;
	char plain[DEVICE_NAME], low[DEVICE_NAME], why[NAME_WHY];

	name_canonical(text, plain);
	name_lower(text, low);
	if (field == ID && name_allowed(plain, why)) {
		if (strcmp(text, plain) != 0)
			snprintf(row->typed, sizeof(row->typed), "%s", text);
		text = plain;
	} else if (!name_allowed(field == ID ? low : text, why))
		return row_wrong(error, "%s \"%.64s\" is not allowed: %s",
		    names[field], text, why);
	snprintf(to, DEVICE_NAME, "%s", text);
	return 0;
}

static int
put_key(struct import_row *row, const char *text, char error[IMPORT_ERROR])
{
	enum key_result result;

	if (row->keys == IMPORT_KEYS)
		return row_wrong(error, "more than %d keys", IMPORT_KEYS);
	result = key_parse(&row->key[row->keys], text);
	if (result != KEY_OK)
		return row_wrong(error, "key: %s", key_result_text(result));
	row->key[row->keys++].created = when_now();
	return 0;
}

/* "a b", "a;b", and in quotes "a,b". */
static int
put_tags(struct import_row *row, char *text, char error[IMPORT_ERROR])
{
	char *tag;

	while ((tag = strsep(&text, " ,;")) != NULL)
		if (*tag != '\0' && device_tag_add(row->device.tags, tag) == -1)
			return row_wrong(error,
			    "tag \"%.64s\" is not allowed, or there are too "
			    "many tags",
			    tag);
	return 0;
}

static int
row_put(struct import_row *row, enum field field, char *text,
    char error[IMPORT_ERROR])
{
	if (*text == '\0')
		return 0;
	switch (field) {
	case KEY:
		return put_key(row, text, error);
	case TAGS:
		return put_tags(row, text, error);
	default:
		return put_name(row, field, text, error);
	}
}

/* --- CSV -------------------------------------------------------------- */

/*
 * The next field, unquoted in place; *rest is what follows its comma, or NULL.
 * NULL: its quotes are wrong.
 */
static char *
next_field(char *s, char **rest)
{
	char *from, *to, *start;

	if (*s != '"') {
		start = s;
		*rest = strchr(s, ',');
		if (*rest != NULL)
			*(*rest)++ = '\0';
		return start;
	}
	start = to = from = s + 1;
	for (; *from != '\0'; *to++ = *from++) {
		if (*from == '"' && from[1] != '"')
			break;
		from += *from == '"';
	}
	if (*from != '"' || (from[1] != ',' && from[1] != '\0'))
		return NULL;
	*rest = from[1] == ',' ? from + 2 : NULL;
	*to = '\0';
	return start;
}

static char *
row_trim(char *s)
{
	char *end = s + strlen(s);

	while (isspace((unsigned char)*s))
		s++;
	while (end > s && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return s;
}

static int
field_of(const char *name)
{
	int i;

	for (i = 0; i < FIELDS; i++)
		if (strcmp(name, names[i]) == 0)
			return i;
	return -1;
}

/* Does the first line name the columns?  "id" is no device's id then. */
static bool
read_columns(struct import_reader *r, const char *line)
{
	char *copy = strdup(line), *rest = copy, *field;
	struct import_reader got = {.kind = CSV};
	int f = -1;

	while (rest != NULL && got.columns < FIELDS &&
	       (field = next_field(rest, &rest)) != NULL &&
	       (f = field_of(row_trim(field))) != -1)
		got.column[got.columns++] = (enum field)f;
	free(copy);
	if (f == -1 || rest != NULL)
		return false;
	*r = got;
	return true;
}

static int
read_csv(const struct import_reader *r, char *line, struct import_row *row,
    char error[IMPORT_ERROR])
{
	char *rest = line, *field;
	int i;

	for (i = 0; rest != NULL; i++) {
		if (i == r->columns)
			return row_wrong(
			    error, "more than %d fields", r->columns);
		if ((field = next_field(rest, &rest)) == NULL)
			return row_wrong(
			    error, "unbalanced quotes in field %d", i + 1);
		if (row_put(row, r->column[i], row_trim(field), error) == -1)
			return -1;
	}
	return 0;
}

/* --- JSON ------------------------------------------------------------- */

static int
put_json(struct import_row *row, enum field field, const json_t *value,
    char error[IMPORT_ERROR])
{
	char *copy;
	int result;

	if (json_is_null(value))
		return 0;
	if (!json_is_string(value))
		return row_wrong(error, "%s is not text", names[field]);
	if ((copy = strdup(json_string_value(value))) == NULL)
		return row_wrong(error, "out of memory");
	result = row_put(row, field, copy, error);
	free(copy);
	return result;
}

static int
put_member(struct import_row *row, const char *name, json_t *value,
    char error[IMPORT_ERROR])
{
	int f = field_of(name);
	json_t *one;
	size_t i;

	if (f == -1)
		return row_wrong(error,
		    "unexpected name \"%.64s\": must be id, key, alias or tags",
		    name);
	if (!json_is_array(value) || (f != KEY && f != TAGS))
		return put_json(row, (enum field)f, value, error);
	json_array_foreach(value, i, one)
		if (put_json(row, (enum field)f, one, error) == -1)
			return -1;
	return 0;
}

static int
read_json(const char *line, struct import_row *row, char error[IMPORT_ERROR])
{
	json_error_t why;
	json_t *o = json_loads(line, JSON_REJECT_DUPLICATES, &why), *value;
	const char *name;
	int result = 0;

	if (!json_is_object(o))
		result = row_wrong(error, "%s",
		    o == NULL ? why.text : "not a JSON object: {...}");
	json_object_foreach(o, name, value) {
		if (result == 0)
			result = put_member(row, name, value, error);
	}
	json_decref(o);
	return result;
}

/* --- a line ----------------------------------------------------------- */

int
import_read(struct import_reader *r, char *line, struct import_row *row,
    char error[IMPORT_ERROR])
{
	int result;

	line = row_trim(line);
	memset(row, 0, sizeof(*row));
	if (*line == '\0' || *line == '#')
		return 0;
	if (r->kind == UNKNOWN) {
		if (*line != '{' && read_columns(r, line))
			return 0;
		r->kind = *line == '{' ? JSON_LINES : CSV;
	}
	result = r->kind == CSV ? read_csv(r, line, row, error)
				: read_json(line, row, error);
	if (result == 0 && row->device.name[0] == '\0')
		result = row_wrong(error, "missing id");
	row->device.enabled = true;
	row->device.created = when_now();
	return result == 0 ? 1 : -1;
}
