/*
 * A folder of backups, each named by its time.
 */
#ifndef PRUNE_H
#define PRUNE_H

#define PRUNE_PREFIX	"et-phone-home-"
#define PRUNE_SUFFIX	".tar"
#define PRUNE_TIME	"20261128T150711Z"	/* UTC, between the two */

/*
 * Remove all but the newest keep of them; other files stay.  Returns how many
 * were removed, or -1, which has been said.
 */
int	prune_folder(const char *folder, unsigned int keep);

#endif
