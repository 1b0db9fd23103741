/*
 * Text of the stream made safe: devices and strangers choose parts of it.
 */
#ifndef ALERT_CLEAN_H
#define ALERT_CLEAN_H

#include <jansson.h>
#include <stddef.h>

/*
 * A copy of an object with its texts, numbers, booleans and arrays of texts;
 * what is nested deeper is left out.  Texts lose control characters and are cut.
 * NULL: no memory.
 */
json_t	*alert_clean(const json_t *raw);

/* A text cut to at most most bytes, at a character's boundary. */
json_t	*alert_cut(const char *text, size_t most);

#endif
