/*
 * A backup: an archive (ustar.h) of the manifest and the files that it names.
 */
#ifndef ARCHIVE_H
#define ARCHIVE_H

#include "kept.h"
#include "manifest.h"
#include "snapshot.h"

/* Write it to fd, which is called name in what is said. */
enum admin_exit	archive_write(int fd, const char *name,
    const struct manifest *, const struct kept_set *, struct snapshot *);

/*
 * Read one from fd: first the manifest, then each file in its order.  What is
 * read is as the manifest says, or ADMIN_FAILED, which has been said.
 */
enum admin_exit	archive_read_manifest(int fd, const char *name,
    struct manifest *);
/* A file of at most KEPT_MAX bytes, to be freed; there is a NUL behind it. */
enum admin_exit	archive_read_file(int fd, const char *name,
    const struct member *, char **bytes);
/* A file of any size, handed on in pieces until take returns other than 0. */
enum admin_exit	archive_read_pieces(int fd, const char *name,
    const struct member *, int (*take)(void *, const void *, size_t), void *);
/* The same, for nothing but to see that it is whole. */
enum admin_exit	archive_skip_file(int fd, const char *name,
    const struct member *);
enum admin_exit	archive_read_end(int fd, const char *name);

/* Read all of it from its beginning: it is whole. */
enum admin_exit	archive_check(int fd, const char *name);

#endif
