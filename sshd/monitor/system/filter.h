/*
 * The sandboxes of the monitor and of the launcher: the system calls of each
 * (calls.h), and the paths and ports they reach (fence.h).
 *
 * All return NULL, or what could not be done (a static string): the caller must
 * then refuse to run.  No-new-privs must be set.
 */
#ifndef FILTER_H
#define FILTER_H

#include "store_url.h"

#include <stdint.h>

struct account;
struct conf;

/*
 * The monitor, with its sockets bound and its privilege given up: it opens no
 * file but the configuration (conf_path), the installer and the event log,
 * makes TCP sockets to listen, and starts nothing.  It connects to the port of
 * node-listen (0: none) alone, where the other nodes have theirs; the service
 * manager's socket is connected already.
 */
const char	*filter_monitor(
    const struct conf *, const char *conf_path, uint32_t node_port);

/*
 * The launcher, and with it all that it starts: a filter is inherited, so the
 * list has what keeper, consoles and workers do until they have their own.  It
 * can become the users of the account, and nobody else.  Only where the store
 * is reached so does it have the calls that connect.
 */
const char	*filter_launcher(const struct account *, enum store_reach);

#endif
