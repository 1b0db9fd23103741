#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "layout.h"

#define NONE OUTPUT_COLUMNS
#define NARROW 4 /* places; no column is cut down further than it must */

/* The column of this name, which need not end with NUL. */
static size_t
layout_find(
    const struct column *columns, size_t n, const char *name, size_t len)
{
	const char *key, *title;
	size_t i;

	for (i = 0; i < n; i++) {
		key = columns[i].key;
		title = columns[i].title;
		if (title != NULL &&
		    ((key != NULL && strlen(key) == len &&
			 strncmp(key, name, len) == 0) ||
			(strlen(title) == len &&
			    strncasecmp(title, name, len) == 0)))
			return i;
	}
	return NONE;
}

const char *
layout_choose(struct layout *l, const struct column *columns, size_t n,
    const char *chosen)
{
	size_t i, len;

	memset(l, 0, sizeof(*l));
	for (i = 0; chosen == NULL && i < n; i++)
		if (columns[i].title != NULL)
			l->shown[l->n++] = i;
	for (; chosen != NULL;
	     chosen = chosen[len] == ',' ? chosen + len + 1 : NULL) {
		len = strcspn(chosen, ",");
		i = layout_find(columns, n, chosen, len);
		if (i == NONE || l->n == OUTPUT_COLUMNS)
			return chosen;
		l->shown[l->n++] = i;
	}
	return NULL;
}

static void
layout_remove(struct layout *l, size_t at)
{
	l->n--;
	memmove(l->shown + at, l->shown + at + 1,
	    (l->n - at) * sizeof(l->shown[0]));
}

void
layout_hide(struct layout *l, size_t column)
{
	size_t at;

	for (at = 0; at < l->n; at++)
		if (l->shown[at] == column) {
			layout_remove(l, at);
			return;
		}
}

static void
layout_drop(struct layout *l, size_t at)
{
	l->dropped[l->shown[at]] = true;
	layout_remove(l, at);
}

static size_t
layout_total(const struct layout *l)
{
	size_t i, sum = 0;

	for (i = 0; i < l->n; i++)
		sum += l->width[l->shown[i]] + (i > 0 ? LAYOUT_GAP : 0);
	return sum;
}

/* The next word of an order: its column, and how far it may be cut. */
static const char *
layout_order(const char *order, const struct column *columns, size_t n,
    size_t *column, size_t *least)
{
	size_t len = strcspn(order, ": ");

	*column = layout_find(columns, n, order, len);
	*least = order[len] == ':' ? strtoul(order + len + 1, NULL, 10) : 0;
	order += strcspn(order, " ");
	return order + strspn(order, " ");
}

static size_t
layout_place(const struct layout *l, size_t column)
{
	size_t at;

	for (at = 0; at < l->n; at++)
		if (l->shown[at] == column)
			return at;
	return NONE;
}

/* The widest of those that are shown. */
static size_t
layout_widest(const struct layout *l)
{
	size_t i, widest = l->shown[0];

	for (i = 1; i < l->n; i++)
		if (l->width[l->shown[i]] > l->width[widest])
			widest = l->shown[i];
	return widest;
}

/* Cuts the remaining columns, when none is left to drop. */
static void
layout_cut(struct layout *l, size_t width)
{
	size_t widest;

	while (l->n > 0 && layout_total(l) > width) {
		widest = layout_widest(l);
		if (l->width[widest] <= NARROW && l->n > 1)
			layout_drop(l, l->n - 1);
		else if (l->width[widest] > 1)
			l->width[widest]--;
		else
			return;
	}
}

/* Widens columns that were cut, as far as there is room. */
static void
layout_give(struct layout *l, const size_t *need, size_t width)
{
	size_t i, more, left = width - layout_total(l);

	for (i = 0; i < l->n; i++) {
		more = need[l->shown[i]] - l->width[l->shown[i]];
		more = more > left ? left : more;
		l->width[l->shown[i]] += more;
		left -= more;
	}
}

void
layout_fit(struct layout *l, const struct column *columns, size_t n,
    const size_t *need, const char *order, size_t width)
{
	size_t column, least, at;
	const char *p;

	memcpy(l->width, need, n * sizeof(*need));
	if (width == 0)
		return;
	for (p = order; *p != '\0' && layout_total(l) > width;) {
		p = layout_order(p, columns, n, &column, &least);
		if (column != NONE && least != 0 && l->width[column] > least)
			l->width[column] = least;
	}
	for (p = order; *p != '\0' && layout_total(l) > width;) {
		p = layout_order(p, columns, n, &column, &least);
		at = layout_place(l, column);
		if (at != NONE && l->n > 1)
			layout_drop(l, at);
	}
	if (layout_total(l) > width)
		layout_cut(l, width);
	else
		layout_give(l, need, width);
}
