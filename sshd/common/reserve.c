#include "config.h"

#include <sys/mman.h>
#include <sys/resource.h>

#include <ev.h>
#include <stddef.h>

#include "reserve.h"

/*
 * A descriptor has an entry of 16 bytes in each array, at most two of them
 * (with a timer) in that of what happened; an array may be twice as long as
 * it need be.
 */
#define EACH 64
#define LEAST 65536
#define MOST (1UL << 30)

static size_t room; /* bytes of each array */

static void *
reserve_resize(void *at, long size)
{
	if (size == 0) {
		if (at != NULL)
			munmap(at, room);
		return NULL;
	}
	if ((size_t)size > room)
		return NULL;
	if (at != NULL)
		return at;
	at = mmap(NULL, room, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return at == MAP_FAILED ? NULL : at;
}

void
reserve_start(void)
{
	struct rlimit r;

	room = MOST;
	if (getrlimit(RLIMIT_NOFILE, &r) == 0 &&
	    r.rlim_max < (MOST - LEAST) / EACH)
		room = LEAST + (size_t)r.rlim_max * EACH;
	ev_set_allocator(reserve_resize);
}
