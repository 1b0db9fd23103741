#include "config.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "clean.h"
#include "admin.h"
#include "output_csv.h"
#include "output_print.h"

struct output *
output_new(FILE *fp, bool json)
{
	struct output *o;

	if ((o = calloc(1, sizeof(*o))) == NULL)
		return NULL;
	o->fp = fp;
	o->json = json;
	return o;
}

static void
drop_cells(struct output *o)
{
	size_t i;

	for (i = 0; i < o->cells; i++)
		free(o->cell[i]);
	o->cells = 0;
}

void
output_free(struct output *o)
{
	if (o == NULL)
		return;
	drop_cells(o);
	free(o->cell);
	if (o->lines != NULL)
		fclose(o->lines);
	free(o->text);
	free(o->wrong);
	json_decref(o->row);
	json_decref(o->record);
	free(o);
}

bool
output_json(const struct output *o)
{
	return o->json;
}

void
output_csv(struct output *o)
{
	o->json = o->csv = true;
}

void
output_nodes(struct output *o, bool nodes)
{
	o->nodes = nodes;
}

bool
output_has_nodes(const struct output *o)
{
	return o->nodes;
}

void
output_look(struct output *o, const struct look *look)
{
	o->look = *look;
}

const struct look *
output_looks(const struct output *o)
{
	return &o->look;
}

void
output_choose(struct output *o, const char *columns)
{
	o->chosen = columns;
}

const char *
output_wrong(const struct output *o)
{
	return o->wrong;
}

/* ---- held back ---- */

static void
print_lines(struct output *o)
{
	if (o->lines == NULL)
		return;
	if (fclose(o->lines) == EOF)
		o->failed = true;
	else
		fwrite(o->text, 1, o->size, o->fp);
	free(o->text);
	o->lines = NULL;
	o->text = NULL;
}

void
output_flush(struct output *o)
{
	print_lines(o);
	if (!o->json && o->n != 0 && o->wrong == NULL) {
		if (o->shape == RECORD)
			output_print_record(o);
		else if (o->cells != 0 || o->shape == TABLE)
			output_print_table(o);
		else if (!o->headed)
			fprintf(o->fp, "none\n");
	}
	drop_cells(o);
	fflush(o->fp);
}

/* ---- JSON ---- */

/*
 * Held back as a table's rows are: they come from a query, and a reader who is
 * slow must not keep the store from forgetting what it reads.
 */
static void
print_json(struct output *o, const json_t *object)
{
	if (o->lines == NULL)
		o->lines = open_memstream(&o->text, &o->size);
	if (o->lines == NULL ||
	    json_dumpf(object, o->lines, JSON_ENSURE_ASCII | JSON_COMPACT) !=
		0 ||
	    fputc('\n', o->lines) == EOF)
		o->failed = true;
}

/* The names of the columns stand before the first row. */
static void
print_csv(struct output *o)
{
	if (o->lines == NULL)
		o->lines = open_memstream(&o->text, &o->size);
	if (o->lines == NULL ||
	    (!o->headed && csv_names(o->lines, o->columns, o->n) == -1) ||
	    csv_row(o->lines, o->columns, o->n, o->row) == -1)
		o->failed = true;
	o->headed = true;
}

static void
end_json_row(struct output *o)
{
	if (o->wrong != NULL)
		;
	else if (o->shape == TABLE && o->csv)
		print_csv(o);
	else if (o->shape == TABLE)
		print_json(o, o->row);
	else if (o->shape == PART)
		json_array_append(o->part, o->row);
	else
		o->record = json_incref(o->row);
	json_decref(o->row);
	o->row = NULL;
}

/* ---- both ---- */

/* "no such column: x; there are device, alias" */
static void
say_wrong(struct output *o, const char *wrong)
{
	const char *key;
	size_t i, size;
	FILE *fp;

	free(o->wrong);
	if ((fp = open_memstream(&o->wrong, &size)) == NULL) {
		o->failed = true;
		return;
	}
	fprintf(fp, "no such column: %.*s; there are", (int)strcspn(wrong, ","),
	    wrong);
	for (i = 0; i < o->n; i++) {
		if (o->columns[i].title == NULL)
			continue;
		key = o->columns[i].key;
		fprintf(fp, "%s %s", i == 0 ? "" : ",",
		    key != NULL ? key : o->columns[i].title);
	}
	if (fclose(fp) == EOF)
		o->failed = true;
}

static void
output_begin(struct output *o, enum output_shape shape,
    const struct column *columns, size_t n)
{
	const char *wrong;
	size_t i;

	o->shape = shape;
	o->columns = columns;
	o->n = n;
	o->at = 0;
	o->headed = false;
	o->order = "";
	wrong = layout_choose(
	    &o->all, columns, n, shape == TABLE ? o->chosen : NULL);
	if (wrong != NULL)
		say_wrong(o, wrong);
	o->layout = o->all;
	for (i = 0; i < n; i++)
		o->width[i] =
		    columns[i].title == NULL ? 0 : strlen(columns[i].title);
}

void
output_order(struct output *o, const char *order)
{
	o->order = order;
}

void
output_table(struct output *o, const struct column *columns, size_t n)
{
	output_begin(o, TABLE, columns, n);
}

void
output_hide(struct output *o, size_t column)
{
	if (o->chosen != NULL)
		return;
	layout_hide(&o->all, column);
	o->layout = o->all;
}

void
output_record(struct output *o, const struct column *columns, size_t n)
{
	output_begin(o, RECORD, columns, n);
}

void
output_part(struct output *o, const char *key, const char *title,
    const struct column *columns, size_t n)
{
	output_flush(o);
	if (o->json) {
		o->part = json_array();
		json_object_set_new(o->record, key, o->part);
	} else
		fprintf(o->fp, "\n%s:\n", title);
	output_begin(o, PART, columns, n);
}

static void
hold_cell(struct output *o, const char *text)
{
	size_t room = o->room == 0 ? 256 : o->room * 2;
	char *copy = clean_text(text), **cell;

	if (copy != NULL && o->cells == o->room) {
		cell = reallocarray(o->cell, room, sizeof(*cell));
		if (cell != NULL) {
			o->cell = cell;
			o->room = room;
		}
	}
	if (copy == NULL || o->cells == o->room) {
		o->failed = true;
		free(copy);
		return;
	}
	if (strlen(copy) > o->width[o->at])
		o->width[o->at] = strlen(copy);
	o->cell[o->cells++] = copy;
}

static bool
is_chosen(const struct output *o, size_t column)
{
	size_t i = 0;

	if (o->shape != TABLE || o->chosen == NULL)
		return true;
	while (i < o->all.n && o->all.shown[i] != column)
		i++;
	return i < o->all.n;
}

void
output_both(struct output *o, const char *text, json_t *value)
{
	const struct column *column = &o->columns[o->at];

	if (!o->json) {
		hold_cell(o, text);
		json_decref(value);
	} else if (column->key != NULL && is_chosen(o, o->at)) {
		if (o->row == NULL)
			o->row = json_object();
		json_object_set_new(
		    o->row, column->key, value == NULL ? json_null() : value);
	} else
		json_decref(value);
	if (++o->at < o->n)
		return;
	o->at = 0;
	if (o->json)
		end_json_row(o);
}

void
output_end(struct output *o)
{
	if (o->record != NULL)
		print_json(o, o->record);
	output_flush(o);
	output_print_foot(o);
	json_decref(o->record);
	o->record = NULL;
	o->n = 0;
}

void
output_line(struct output *o, const char *fmt, ...)
{
	json_t *object;
	va_list ap;
	char *text;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n == -1) {
		o->failed = true;
		return;
	}
	admin_words(text);
	if (o->json) {
		object = json_object();
		json_object_set_new(object, "message", clean_json(text));
		print_json(o, object);
		print_lines(o);
		json_decref(object);
	} else {
		clean_print(o->fp, text);
		fputc('\n', o->fp);
	}
	free(text);
	fflush(o->fp);
}

bool
output_broken(const struct output *o)
{
	return o->failed || o->wrong != NULL || ferror(o->fp);
}

int
output_finish(struct output *o)
{
	output_end(o);
	return fflush(o->fp) == EOF || output_broken(o) ? -1 : 0;
}
