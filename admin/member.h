/*
 * Members of the group MEMBER_GROUP run et-admin without being root.  They may
 * not open the store: systemd listens for them on MEMBER_SOCKET, which the group
 * alone may connect to, and starts for each connection an et-admin that is the
 * store's owner, in a sandbox (contrib/systemd/et-admin@.service).  That one has
 * the member's words and streams, and nothing else of the member's: it opens no
 * file that the words name, and starts no program.
 */
#ifndef MEMBER_H
#define MEMBER_H

#include <stdbool.h>

#include "admin.h"

#define MEMBER_GROUP "et-phone-home-admin"
#define MEMBER_SOCKET "/run/et-admin.sock"
#define MEMBER_SERVE "member-serve" /* the word by which systemd starts it */

/* Can the caller, who is not root, not write the store's file at url? */
bool member_needed(const char *url);

/* Is it for members?  No word may name another store or start a program. */
bool member_may(const struct verb *, const struct args *);

/*
 * Have the words of argv run by the store's owner.  Returns the exit status,
 * with what failed said on stderr.
 */
int member_ask(char **argv);

/*
 * The other side, with the connection on stdin.  Returns in a process of its
 * own, which has the member's streams, with the words in argc and argv and the
 * member's login, of which the kernel has told the uid.  ADMIN_FAILED: it has
 * been said.  The process that was called stays until that one ends or the
 * member has left, and exits.
 */
enum admin_exit member_serve(int *argc, char ***argv, char login[DEVICE_NAME]);

#endif
