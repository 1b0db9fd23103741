/*
 * A program of the system's, run as a child without a shell: argv[0] is looked
 * for in PATH, and stdin is /dev/null.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stddef.h>

/*
 * Returns its exit status, 128 and more if a signal ended it, or -1 and errno
 * when it cannot be run (ENOENT: it is not there).  What it writes on stdout
 * and stderr goes to text, cut at size; NULL: where the caller's goes.
 */
int	program_run(const char *const argv[], char *text, size_t size);

#endif
