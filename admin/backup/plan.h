/*
 * The moves of a restore, and their journal.  A file that is to replace another
 * lies complete under another name in the same file system; what it replaces is
 * kept aside under its name with a suffix.
 */
#ifndef PLAN_H
#define PLAN_H

#include "admin.h"

#define PLAN_MOVES	200	/* each file of a manifest, and public halves */
#define PLAN_SUFFIX	64

struct move {
	char	*from;
	char	*to;
};

struct plan {
	const char	*conf;		/* the configuration's path */
	char		*url;		/* the store's */
	char		 suffix[PLAN_SUFFIX];	/* ".before-TIME" */
	struct move	 move[PLAN_MOVES];	/* without the store's */
	int		 moves;
};

/* Frees what it points to. */
void	plan_clear(struct plan *);
/* Adds a move.  ADMIN_FAILED has been said. */
enum admin_exit	plan_add(struct plan *, const char *from, const char *to);

/*
 * Make the suffix: of this second, and such that nothing has such a name yet
 * beside what the plan replaces.
 */
void	plan_name_suffix(struct plan *);

/* The journal is on the disk, whole: from now on the plan is carried out. */
enum admin_exit	plan_write(const struct plan *);
enum admin_exit	plan_read(struct plan *, const char *conf);
/* All has been moved. */
enum admin_exit	plan_forget(const struct plan *);

/*
 * Put from in the place of to, which goes aside, and have it reach the disk.  A
 * from that is not there has been moved before; one that is "" only takes to out
 * of the way.
 */
enum admin_exit	plan_move(const char *from, const char *to, const char *suffix);
enum admin_exit	plan_move_all(const struct plan *);

/* The store's file at a URL. */
const char	*plan_store(const char *url);
/* The same for a store's file, with its log. */
enum admin_exit	plan_move_store(const char *path, const char *suffix);
#define PLAN_STORE_FROM	".restore"	/* behind path */

#endif
