/*
 * A program of the system's, run as a child without a shell: argv[0] is looked
 * for in PATH, and stdin is /dev/null.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Returns its exit status, 128 and more if a signal ended it, or -1 and errno
 * when it cannot be run (ENOENT: it is not there).  What it writes on stdout
 * and stderr goes to text, cut at size; NULL: where the caller's goes.
 */
int	program_run(const char *const argv[], char *text, size_t size);

/*
 * The same in parts: start it with out and err as its stdout and stderr, -1:
 * the caller's.  Returns 0, or errno.
 */
int	program_start(const char *const argv[], int out, int err, pid_t *);

/* All that it writes, cut at size; what is more is read and dropped. */
void	program_drain(int fd, char *text, size_t size);

#endif
