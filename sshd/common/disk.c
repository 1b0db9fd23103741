#include "config.h"

#include <sys/vfs.h>

#include <stdint.h>

#include "disk.h"

bool
disk_nearly_full(int fd, bool was)
{
	uint64_t percent = was ? DISK_FREE_AGAIN : DISK_FREE;
	struct statfs s;

	if (fd == -1 || fstatfs(fd, &s) == -1 || s.f_blocks == 0)
		return false;
	return (uint64_t)s.f_bavail * 100 < (uint64_t)s.f_blocks * percent &&
	       (uint64_t)s.f_bavail * (uint64_t)s.f_bsize <
		   (uint64_t)DISK_ENOUGH << 20;
}
