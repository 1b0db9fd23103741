/*
 * The stream of alerts: a file that et-sshd appends to, and that is renamed or
 * truncated by logrotate(8).  It is followed by inode and offset through its
 * rotated files (NAME.1, NAME-20261128), which must not be compressed before they
 * are read.
 */
#ifndef STREAM_H
#define STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "cursor.h"

struct stream;

/*
 * Follow path from a cursor on; from its end if the cursor is not known and the
 * file is there.  NULL: its folder cannot be watched, and why has been said.
 */
struct stream	*stream_open(const char *path, const struct cursor *);
void		 stream_close(struct stream *);

/*
 * Take complete lines, without their end, 256 KiB of them at most.  A line of more
 * than ALERT_LINE bytes is cut to ALERT_LINE + 1.  Returns whether there may be
 * more.
 */
bool		 stream_read(struct stream *,
    void (*take)(void *, const char *line, size_t n), void *arg);

/* The place behind what was taken; time is the caller's to set. */
struct cursor	*stream_cursor(struct stream *);

/*
 * Lines before this time are known already: set while a file is read whose place
 * was lost; otherwise "".
 */
const char	*stream_guard(const struct stream *);

/* A descriptor that is readable when something has changed, and its end. */
int		 stream_fd(const struct stream *);
/* Read what it has.  false: the folder itself was removed or renamed. */
bool		 stream_changed(struct stream *);

#endif
