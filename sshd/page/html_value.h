/*
 * Values of the JSON as HTML.
 */
#ifndef HTML_VALUE_H
#define HTML_VALUE_H

#include <jansson.h>

#include "html.h"

/* The member as text, "-" for none: a text, a number, or words with blanks. */
void	html_value(struct html *, const json_t *object, const char *name);
/* The same in a cell of a table. */
void	html_cell(struct html *, const json_t *object, const char *name);
/* How long ago a time (ms) was, or how soon it is, with the date as a title. */
void	html_when(struct html *, const json_t *object, const char *name,
    int64_t now);
/* A row "name: value" of a table of two columns. */
void	html_pair(struct html *, const char *title, const json_t *object,
    const char *name);
/* The word for the device's state, "disabled" included. */
const char *html_state(const json_t *row);

#endif
