/*
 * Put before libc's functions by LD_PRELOAD: counts, in control.h's count, how
 * often the process waits until the disk has what it wrote.
 */
#include "config.h"

#include <sys/syscall.h>

#include <stddef.h>
#include <unistd.h>

#include "control.h"

static volatile struct control *control;

__attribute__((constructor)) static void
start(void)
{
	control = control_map();
}

static int
count_sync(long number, int fd)
{
	if (control != NULL)
		control->count++;
	return (int)syscall(number, fd);
}

int
fdatasync(int fd)
{
	return count_sync(SYS_fdatasync, fd);
}

int
fsync(int fd)
{
	return count_sync(SYS_fsync, fd);
}
