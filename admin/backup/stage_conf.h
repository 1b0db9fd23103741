/*
 * The configuration of a backup, in the folder CONF.restore.
 */
#ifndef STAGE_CONF_H
#define STAGE_CONF_H

#include "stage.h"

/*
 * Write its files and read it, into s->conf.  The plan gets a move for each that
 * differs from what is there.
 */
enum admin_exit	stage_unpack_conf(struct stage *, const struct kept_set *,
    struct plan *);

/* A folder without a file, or that is not there. */
bool		stage_is_empty(const char *folder);

#endif
