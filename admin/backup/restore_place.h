/*
 * Where the configuration of a backup may have et-admin, as root, put files: a
 * backup that somebody has changed must not make root write any file of the
 * machine.
 */
#ifndef RESTORE_PLACE_H
#define RESTORE_PLACE_H

#include "admin.h"

/*
 * May the host keys and the event log's key go where the backup's configuration
 * has them?  They may be below the folder of the configuration at conf_path,
 * below the folders that et-sshd has without one, and where the configuration
 * that is at conf_path has the same.  ADMIN_FAILED has been said.
 */
enum admin_exit	restore_place_keys(const struct conf *, const char *conf_path);

/* The same for the store. */
enum admin_exit	restore_place_store(const struct conf *,
    const char *conf_path);

#endif
