#include "config.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "clean.h"
#include "admin.h"
#include "layout.h"
#include "output.h"

#define DROPPED 32 /* titles that are said at the foot */

enum shape { TABLE, RECORD, PART };

struct output {
	FILE *fp;
	bool json;
	bool failed; /* no memory */
	enum shape shape;
	const struct column *columns;
	size_t n;
	size_t at; /* the next value's column */
	size_t width[OUTPUT_COLUMNS]; /* that each needs */
	struct look look;
	const char *chosen; /* "a,b", or NULL */
	char *wrong; /* what to say of a column that is not there, or NULL */
	const char *order; /* see output_order */
	struct layout all; /* before it is made to fit */
	struct layout layout;
	const char *dropped[DROPPED]; /* titles, of all its tables */
	size_t ndropped;
	bool headed; /* its headings are printed */
	char **cell; /* rows held back, n each */
	size_t cells, room;
	FILE *lines; /* JSON that is held back, or NULL */
	char *text; /* its bytes */
	size_t size;
	json_t *row; /* the one being filled */
	json_t *record; /* the one that has parts */
	json_t *part; /* array of rows in record */
};

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

/* ---- text ---- */

static const char *
colour_of(const struct output *o, const struct column *column, const char *text)
{
	const char *key = column->key;

	if (!o->look.colour || key == NULL ||
	    (strcmp(key, "state") != 0 && strcmp(key, "running") != 0))
		return NULL;
	return look_state(text);
}

/* The last column shown is not padded: no blanks at the end of a line. */
static void
print_cell(struct output *o, size_t at, const char *text, const char *colour)
{
	int width = (int)o->layout.width[o->layout.shown[at]];
	int len = (int)strlen(text), dots = 0;

	if (len > width) {
		dots = width > 3 ? 3 : 0;
		len = width - dots;
	}
	fprintf(o->fp, "%s%.*s%.*s%s", colour == NULL ? "" : colour, len, text,
	    dots, "...", colour == NULL ? "" : LOOK_PLAIN);
	if (at + 1 == o->layout.n)
		fputc('\n', o->fp);
	else
		fprintf(o->fp, "%*s", width - len - dots + LAYOUT_GAP, "");
}

/* Said once, at the foot of all. */
static void
note_dropped(struct output *o, const char *title)
{
	size_t i;

	for (i = 0; i < o->ndropped; i++)
		if (strcmp(o->dropped[i], title) == 0)
			return;
	if (o->ndropped < DROPPED)
		o->dropped[o->ndropped++] = title;
}

/* Each time anew: a wider cell may have come since the headings. */
static void
fit_table(struct output *o)
{
	struct layout before = o->layout;
	size_t i;

	o->layout = o->all;
	layout_fit(
	    &o->layout, o->columns, o->n, o->width, o->order, o->look.columns);
	if (memcmp(before.shown, o->layout.shown,
		o->layout.n * sizeof(before.shown[0])) != 0 ||
	    before.n != o->layout.n)
		o->headed = false;
	for (i = 0; i < o->n; i++)
		if (o->layout.dropped[i])
			note_dropped(o, o->columns[i].title);
}

static void
print_table(struct output *o)
{
	const struct layout *l = &o->layout;
	size_t i, row;
	char *text;

	fit_table(o);
	for (i = 0; i < l->n && !o->headed; i++)
		print_cell(o, i, o->columns[l->shown[i]].title, NULL);
	o->headed = true;
	for (row = 0; row + o->n <= o->cells; row += o->n)
		for (i = 0; i < l->n; i++) {
			text = o->cell[row + l->shown[i]];
			print_cell(o, i, text,
			    colour_of(o, &o->columns[l->shown[i]], text));
		}
}

/* Lines that fit, broken at blanks; at is where the first begins. */
static void
print_folded(struct output *o, size_t at, const char *text)
{
	size_t n, room = o->look.columns > at ? o->look.columns - at : 0;

	for (;; fprintf(o->fp, "\n%*s", (int)at, "")) {
		n = strlen(text);
		if (room != 0 && n > room) {
			for (n = room; n > 0 && text[n] != ' '; n--)
				;
			if (n == 0)
				n = strcspn(text, " ");
		}
		fwrite(text, 1, n, o->fp);
		text += n;
		if (*text++ == '\0')
			break;
	}
	fputc('\n', o->fp);
}

static void
print_record(struct output *o)
{
	const char *title, *colour;
	size_t i, width = 0;

	for (i = 0; i < o->n; i++)
		if (o->columns[i].title != NULL &&
		    strlen(o->columns[i].title) > width)
			width = strlen(o->columns[i].title);
	for (i = 0; i < o->cells; i++) {
		if ((title = o->columns[i].title) == NULL)
			continue;
		fprintf(o->fp, "%-*s", (int)width + LAYOUT_GAP, title);
		colour = colour_of(o, &o->columns[i], o->cell[i]);
		if (colour != NULL)
			fprintf(
			    o->fp, "%s%s%s\n", colour, o->cell[i], LOOK_PLAIN);
		else
			print_folded(o, width + LAYOUT_GAP, o->cell[i]);
	}
}

/* What was dropped, and how it is had. */
static void
print_foot(struct output *o)
{
	char text[DROPPED * 24] = "Not shown:";
	size_t i, n = strlen(text);

	if (o->ndropped == 0)
		return;
	for (i = 0; i < o->ndropped && n < sizeof(text); i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s %s",
		    i == 0 ? "" : ",", o->dropped[i]);
	print_folded(o, 0, text);
	o->ndropped = 0;
}

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
			print_record(o);
		else if (o->cells != 0 || o->shape == TABLE)
			print_table(o);
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

static void
end_json_row(struct output *o)
{
	if (o->wrong != NULL)
		;
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
begin(
    struct output *o, enum shape shape, const struct column *columns, size_t n)
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
	begin(o, TABLE, columns, n);
}

void
output_record(struct output *o, const struct column *columns, size_t n)
{
	begin(o, RECORD, columns, n);
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
	begin(o, PART, columns, n);
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
	print_foot(o);
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
