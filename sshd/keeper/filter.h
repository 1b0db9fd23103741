/*
 * The keeper's cage: SQLite's files and the loop over the monitor's socket, a
 * thread that checks tokens, and nothing else.
 */
#ifndef FILTER_H
#define FILTER_H

/*
 * Make the system calls of the keeper's list, and no other, from here on.
 * NULL, or what could not be done (a static string): the kernel has no such
 * filter, and the caller must refuse to run.
 */
const char	*filter_enter(void);

/*
 * Once the store's address is known: reach its folder, and no other path
 * (fence.h), where the kernel can say so.  Before there is a thread.
 */
const char	*filter_store(const char *url);

#endif
