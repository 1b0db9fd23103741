/*
 * The launcher: a small process that starts workers, the keeper, consoles,
 * pages and the link for the monitor, and reports how they exit.  It is forked while the monitor
 * is root, runs as the monitor's user, starts each child as the user of its
 * kind, has only the capabilities for that (privilege.h; none as an ordinary
 * user), has an empty directory that was removed as its own, and takes requests
 * from the monitor alone.
 */
#ifndef LAUNCH_H
#define LAUNCH_H

#include <sys/types.h>

#include <stdint.h>

#include "privilege.h"
#include "store_url.h"

enum launch_role {
	LAUNCH_WORKER,
	LAUNCH_KEEPER,
	LAUNCH_CONSOLE,
	LAUNCH_PAGE,
	LAUNCH_LINK,
	LAUNCH_ROLES
};

/* A report of the launcher on the child that was requested with this tag. */
struct launch_report {
	uint32_t tag;
	pid_t pid; /* -1: not started, status is errno */
	int exited; /* 0: started; 1: ended with status */
	int status; /* as wait(2) has it */
};

/*
 * Fork the launcher, whose children may reach what the store needs.  Returns the monitor's end of its socket (to be watched
 * and read with launch_read), or -1 and one line in error.
 */
int launch_start(const struct account *, enum store_reach, pid_t *, char *error,
    size_t size);

/*
 * End the launcher: its children exit as the monitor closes their sockets, and
 * are killed after LAUNCH_FAREWELL seconds.
 */
#define LAUNCH_FAREWELL 3
void launch_stop(int launcher, pid_t);

/*
 * Ask for a child that has fd as MSG_FD.  0, or -1 and errno: EAGAIN when too
 * much waits already, anything else when the launcher is gone.  It never
 * blocks: the launcher does until its reports are read, and one of the two must
 * not wait for the other.
 */
int launch_child(int launcher, enum launch_role, uint32_t tag, int fd);

/*
 * Kill the child that was last requested with this tag, if it has not exited;
 * it may run as another user.  0, or -1 and errno, as launch_child.
 */
int launch_kill(int launcher, uint32_t tag);

/* Read a report.  1: read, 0: none yet, -1: the launcher is gone. */
int launch_read(int launcher, struct launch_report *);

#endif
