/*
 * The files of a stream: the one of its path, and those that logrotate(8) made of
 * it, named as the path with ".1" or "-20261128".
 */
#ifndef STREAM_FILE_H
#define STREAM_FILE_H

#include <stdbool.h>

#include "cursor.h"

struct stream_file;

/* NULL: no memory. */
struct stream_file	*stream_file_new(const char *path);
void			 stream_file_free(struct stream_file *);
const char		*stream_file_folder(const struct stream_file *);

/* Descriptors of regular files, or -1. */

/* The file of the path; -1 and errno. */
int	 stream_file_open(const struct stream_file *);
/* The one that a cursor fits to. */
int	 stream_file_find(const struct stream_file *, const struct cursor *);
/*
 * The one that was begun after fd's; -1: there is none, or it is empty yet, and
 * the writer may still append to fd's.  *rotated: it is not the path's own.
 */
int	 stream_file_next(const struct stream_file *, int fd, bool *rotated);

#endif
