/*
 * Parses a device per line, as CSV (RFC 4180, but no line break within a field)
 * or as JSON Lines: its id, its public key or keys, an alias, tags.
 */
#ifndef IMPORT_ROW_H
#define IMPORT_ROW_H

#include "device.h"
#include "key.h"

#define IMPORT_KEYS 8
#define IMPORT_ERROR 256

struct import_row {
	struct device device; /* name, alias, tags */
	char typed[DEVICE_NAME]; /* the id, if it is kept as another text */
	struct key key[IMPORT_KEYS];
	int keys;
};

struct import_reader;

/* For one file; the first line decides what it is.  NULL: no memory. */
struct import_reader *import_reader_new(void);
void import_reader_free(struct import_reader *);

/*
 * Read a line without its newline (it is changed).  1: row is filled in; 0: a
 * blank line, a comment (#) or CSV's names of columns; -1: error says what is
 * wrong with it.
 */
int import_read(struct import_reader *, char *line, struct import_row *row,
    char error[IMPORT_ERROR]);

#endif
