/*
 * Put before libc's unlink() by LD_PRELOAD: the process stops (SIGSTOP) once
 * when it has removed, or has found missing, a file that ends in ".part".  A
 * test then does what somebody else may do at that moment.
 */
#include "config.h"

#include <sys/syscall.h>

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

int
unlink(const char *path)
{
	static const char part[] = ".part";
	static bool stopped;
	size_t n = strlen(path);
	int r = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);

	if (!stopped && n >= strlen(part) &&
	    strcmp(path + n - strlen(part), part) == 0) {
		stopped = true;
		raise(SIGSTOP);
	}
	return r;
}
