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

/* A path in the folder. */
#define STAGE_PATH (RESTORE_MARK + USTAR_NAME + 8)

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

/* Remove the folder and what is left in it and, with a plan, its other files. */
void		stage_remove(struct stage *, const struct plan *);
void		stage_end(struct stage *);

#endif
