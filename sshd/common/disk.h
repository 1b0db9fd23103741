/*
 * How full a file system is.
 */
#ifndef DISK_H
#define DISK_H

#include <stdbool.h>

#define DISK_FREE	5	/* percent: below that it is nearly full */
#define DISK_FREE_AGAIN	10	/* percent: from there on it is no longer */
#define DISK_ENOUGH	1024	/* MiB: with so much free it never is */

/*
 * Is the file system of this open file nearly full?  was: it was before, so
 * that it does not change with each block.  False if that cannot be known.
 */
bool	disk_nearly_full(int fd, bool was);

#endif
