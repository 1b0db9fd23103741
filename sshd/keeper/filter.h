/*
 * The keeper's sandbox: the store's files or its connection, the loop over the
 * monitor's socket, and a thread that checks tokens.
 */
#ifndef FILTER_H
#define FILTER_H

#include "store_url.h"

/*
 * Make the system calls of the keeper's list, and no other, from here on: only
 * where the store is reached so are those that connect among them.
 * Returns NULL, or what could not be done (a static string): the kernel has no
 * such filter, and the caller must refuse to run.
 */
const char	*filter_enter(enum store_reach);

/*
 * Reach the store's folder, and no other path (fence.h), where the kernel
 * supports that.  Of a store of PostgreSQL: read the files that its URL names
 * and those with which libc finds a host, write none, and connect to the
 * store's ports and DNS alone.  Called once the store's address is known,
 * before there is a thread.
 */
const char	*filter_store(const char *url);

#endif
