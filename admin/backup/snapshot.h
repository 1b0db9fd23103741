/*
 * The store as of one moment, from a process of its own that becomes the store's
 * owner (owner.h): the caller stays who called.
 */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include "apart.h"
#include "manifest.h"

struct snapshot {
	struct apart	process;
	int		fd;		/* its bytes, once; -1 */
	struct member	member;
	int		schema;
	char		node[DEVICE_NAME];	/* the server's, or this host */
};

/*
 * Copy the store at url, whatever else goes on in it, beside its file, or, as
 * the server's user, one of PostgreSQL to a file of SQLite; and fill in the rest: member.size bytes of member.sha256 follow on fd.  ADMIN_FAILED
 * has been said.  Free it with snapshot_end in any case.
 */
enum admin_exit	snapshot_begin(struct snapshot *, const char *url,
    const char *user);
void		snapshot_end(struct snapshot *);

#endif
