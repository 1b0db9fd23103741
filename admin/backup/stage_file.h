/* Files of a backup, written beside the place that it is for. */
#ifndef STAGE_FILE_H
#define STAGE_FILE_H

#include "kept.h"

/* Say why, from errno. */
enum admin_exit	stage_failed(const char *path);

/* Make the folder that path is in, if it alone is missing. */
enum admin_exit	stage_make_parent(const char *path);

/*
 * Write it to path, which is made anew: with its owner as root, with mode, and
 * it reaches the disk.
 */
enum admin_exit	stage_write(const char *path, const struct kept *,
    unsigned int mode);

/* Has the file at path these bytes already? */
bool	stage_is_there(const char *path, const struct kept *);

#endif
