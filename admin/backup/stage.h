/*
 * The files of a backup, but for the store, each complete beside its place: the
 * configuration in the folder CONF.restore (restore_mark.h), a key as
 * PATH.restore.
 */
#ifndef STAGE_H
#define STAGE_H

#include "archive.h"
#include "plan.h"
#include "restore_mark.h"

struct stage {
	const char	*conf_path;	/* where the configuration goes */
	char		 folder[RESTORE_MARK];
	int		 lock;		/* of the folder; -1 */
	struct conf	*conf;		/* the backup's */
};

/* Make the folder, or take what an interrupted one left.  One at a time. */
enum admin_exit	stage_begin(struct stage *, const char *conf_path);

/*
 * Write the files of a backup and read its configuration.  The plan gets a move
 * for each that differs from what is there.
 */
enum admin_exit	stage_unpack(struct stage *, const struct kept_set *,
    struct plan *);

/* A folder without a file, or that is not there. */
bool		stage_is_empty(const char *folder);

/* Remove the folder and what is left in it and, with a plan, its other files. */
void		stage_remove(struct stage *, const struct plan *);
void		stage_end(struct stage *);

#endif
