/*
 * Put before libc's functions by LD_PRELOAD: the wall clock is as far ahead as
 * a test says; the clocks that count from somewhere are as they are, unless the
 * test lets time go faster.
 */
#include "config.h"

#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/time.h>

#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "control.h"

#define LOOK 10 /* ms */

static volatile struct control *control;

__attribute__((constructor)) static void
start(void)
{
	control = control_map();
}

/* A sealed worker may make this call. */
int
clock_gettime(clockid_t id, struct timespec *ts)
{
	int r = (int)syscall(SYS_clock_gettime, id, ts);

	if (r != 0 || control == NULL)
		return r;
	if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)
		ts->tv_sec += control->ahead;
	ts->tv_sec += control->forward / 1000;
	return r;
}

/* Who waits by a clock that goes faster must look at it more often. */
int
epoll_wait(int fd, struct epoll_event *events, int most, int timeout)
{
	if (control != NULL && control->forward > 0 &&
	    (timeout < 0 || timeout > LOOK))
		timeout = LOOK;
	return (int)syscall(SYS_epoll_wait, fd, events, most, timeout);
}

int
gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
	struct timespec ts;

	(void)zone;
	if (clock_gettime(CLOCK_REALTIME, &ts) == -1)
		return -1;
	tv->tv_sec = ts.tv_sec;
	tv->tv_usec = ts.tv_nsec / 1000;
	return 0;
}

time_t
time(time_t *at)
{
	struct timespec ts = {.tv_sec = -1};

	clock_gettime(CLOCK_REALTIME, &ts);
	if (at != NULL)
		*at = ts.tv_sec;
	return ts.tv_sec;
}
