#include "config.h"

#include <stdio.h>
#include <unistd.h>

#include "restore_mark.h"

void
restore_mark_folder(const char *conf, char folder[RESTORE_MARK])
{
	snprintf(folder, RESTORE_MARK, "%s.restore", conf);
}

void
restore_mark_journal(const char *conf, char journal[RESTORE_MARK])
{
	snprintf(journal, RESTORE_MARK, "%s.restore/journal", conf);
}

bool
restore_mark_stands(const char *conf)
{
	char journal[RESTORE_MARK];

	restore_mark_journal(conf, journal);
	return access(journal, F_OK) == 0;
}
