#include "config.h"

#include <string.h>

#include "output_print.h"

static const char *
print_colour(
    const struct output *o, const struct column *column, const char *text)
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
	if (o->ndropped < OUTPUT_DROPPED)
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

void
output_print_table(struct output *o)
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
			    print_colour(o, &o->columns[l->shown[i]], text));
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

void
output_print_record(struct output *o)
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
		colour = print_colour(o, &o->columns[i], o->cell[i]);
		if (colour != NULL)
			fprintf(
			    o->fp, "%s%s%s\n", colour, o->cell[i], LOOK_PLAIN);
		else
			print_folded(o, width + LAYOUT_GAP, o->cell[i]);
	}
}

void
output_print_foot(struct output *o)
{
	char text[OUTPUT_DROPPED * 24] = "Not shown:";
	size_t i, n = strlen(text);

	if (o->ndropped == 0)
		return;
	for (i = 0; i < o->ndropped && n < sizeof(text); i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s %s",
		    i == 0 ? "" : ",", o->dropped[i]);
	print_folded(o, 0, text);
	o->ndropped = 0;
}
