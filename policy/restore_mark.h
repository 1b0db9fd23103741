/*
 * The mark of "et-admin restore": while its files go to their places, a journal
 * stands in the folder CONF.restore beside the configuration CONF.
 */
#ifndef RESTORE_MARK_H
#define RESTORE_MARK_H

#include <limits.h>
#include <stdbool.h>

#define RESTORE_MARK	(PATH_MAX + 32)

/* The paths of the folder and the journal for the configuration at conf. */
void	restore_mark_folder(const char *conf, char folder[RESTORE_MARK]);
void	restore_mark_journal(const char *conf, char journal[RESTORE_MARK]);

/*
 * Whether a restore was interrupted: the files may then be partly the old ones
 * and partly the backup's, and no program may use them until et-admin restore
 * has completed it.
 */
bool	restore_mark_stands(const char *conf);

#endif
