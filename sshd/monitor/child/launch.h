/*
 * The launcher: the small process that starts workers, the keeper and consoles at the
 * monitor's word and says how they ended.  It is made before the monitor gives
 * up being root, runs as the monitor's user, starts each child as the user of its
 * kind, holds the capabilities for that and no others (see privilege.h; none as
 * an ordinary user), stands in an empty directory that has no name any more, and
 * hears nobody but the monitor.
 */
#ifndef LAUNCH_H
#define LAUNCH_H

#include <sys/types.h>

#include <stdint.h>

#include "privilege.h"

enum launch_role {
	LAUNCH_WORKER,
	LAUNCH_KEEPER,
	LAUNCH_CONSOLE,
	LAUNCH_ROLES
};

/* A report of the launcher; tag is what the monitor asked with. */
struct launch_report {
	uint32_t tag;
	pid_t pid; /* -1: could not be started, status is errno */
	int exited; /* 0: started; 1: ended with status */
	int status; /* as wait(2) has it */
};

/*
 * Fork the launcher.  Returns the monitor's end of its socket (to be watched
 * and read with launch_read), or -1 and one line in error.
 */
int launch_start(const struct account *, pid_t *, char *error, size_t size);

/*
 * End it: its children have seen, or see now, that the monitor is gone, and
 * what has not ended in LAUNCH_FAREWELL seconds is killed.
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
 * Kill the child of this tag, which may be another user's: the last that was
 * asked for, if it has not ended.  0, or -1 and errno, as launch_child.
 */
int launch_kill(int launcher, uint32_t tag);

/*
 * Reads a report without blocking: 1, 0: none there, -1: the launcher is gone.
 */
int launch_read(int launcher, struct launch_report *);

#endif
