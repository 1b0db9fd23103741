/*
 * Put before libc's functions by LD_PRELOAD: the Nth allocation of a process
 * fails, counted from when a test says so.
 */
#include "config.h"

#include <sys/socket.h>

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "control.h"

void *memalign(size_t, size_t);

static volatile struct control *control;
static unsigned int given; /* messages that came with a descriptor */

/* libc's, or a sanitizer's. */
static struct {
	void *(*malloc)(size_t);
	void *(*calloc)(size_t, size_t);
	void *(*realloc)(void *, size_t);
	void *(*memalign)(size_t, size_t);
	void *(*aligned_alloc)(size_t, size_t);
	int (*posix_memalign)(void **, size_t, size_t);
	ssize_t (*recvmsg)(int, struct msghdr *, int);
} next;

static void
find(void *function, const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);

	memcpy(function, &found, sizeof(found));
}

/* Others' constructors allocate before ours runs. */
static void
find_all(void)
{
	if (next.recvmsg != NULL)
		return;
	find(&next.malloc, "malloc");
	find(&next.calloc, "calloc");
	find(&next.realloc, "realloc");
	find(&next.memalign, "memalign");
	find(&next.aligned_alloc, "aligned_alloc");
	find(&next.posix_memalign, "posix_memalign");
	find(&next.recvmsg, "recvmsg");
}

__attribute__((constructor)) static void
start(void)
{
	find_all();
	control = control_map();
}

/* Is this the one? */
static bool
fails(void)
{
	uint32_t n;

	find_all();
	if (control == NULL || control->pid <= 0 || control->pid != getpid())
		return false;
	n = ++control->count;
	if (n < control->first || n - control->first >= control->failures)
		return false;
	control->failed++;
	errno = ENOMEM;
	return true;
}

void *
malloc(size_t size)
{
	return fails() ? NULL : next.malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	return fails() ? NULL : next.calloc(n, size);
}

void *
realloc(void *p, size_t size)
{
	return fails() ? NULL : next.realloc(p, size);
}

void *
memalign(size_t align, size_t size)
{
	return fails() ? NULL : next.memalign(align, size);
}

void *
aligned_alloc(size_t align, size_t size)
{
	return fails() ? NULL : next.aligned_alloc(align, size);
}

int
posix_memalign(void **p, size_t align, size_t size)
{
	return fails() ? ENOMEM : next.posix_memalign(p, align, size);
}

/*
 * A worker's first descriptor comes with its settings, each one after it with
 * a connection or a forward: whoever gets one is who the test waits for.
 */
ssize_t
recvmsg(int fd, struct msghdr *m, int flags)
{
	ssize_t n;

	find_all();
	n = next.recvmsg(fd, m, flags);
	if (n > 0 && CMSG_FIRSTHDR(m) != NULL && given++ > 0 &&
	    control != NULL && control->pid == ANYBODY)
		control->pid = getpid();
	return n;
}
