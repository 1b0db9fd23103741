/*
 * The keeper's sandbox: SQLite's files, the loop over the monitor's socket, and
 * a thread that checks tokens.
 */
#ifndef FILTER_H
#define FILTER_H

/*
 * Make the system calls of the keeper's list, and no other, from here on.
 * Returns NULL, or what could not be done (a static string): the kernel has no
 * such filter, and the caller must refuse to run.
 */
const char	*filter_enter(void);

/*
 * Reach the store's folder, and no other path (fence.h), where the kernel
 * supports that.  Called once the store's address is known, before there is a
 * thread.
 */
const char	*filter_store(const char *url);

#endif
