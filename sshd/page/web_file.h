/*
 * The files of the page, compiled in: those of web/, by web/embed.sh.
 */
#ifndef WEB_FILE_H
#define WEB_FILE_H

#include <stddef.h>

struct web_file {
	const char *name; /* "shell.html" */
	const char *type; /* the media type */
	const char *etag; /* with its quotes: a hash of the bytes */
	const unsigned char *bytes;
	size_t len;
	const unsigned char *zipped; /* by gzip; NULL: that is no smaller */
	size_t zipped_len;
};

extern const struct web_file web_files[]; /* the last one's name is NULL */

/* The file of this name, or NULL. */
const struct web_file *web_file_find(const char *name);

#endif
