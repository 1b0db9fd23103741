#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin.h"
#include "prune.h"

static int
prune_is_one(const struct dirent *d)
{
	static const char like[] = PRUNE_PREFIX PRUNE_TIME PRUNE_SUFFIX;
	size_t i;

	if (strlen(d->d_name) != sizeof(like) - 1)
		return 0;
	for (i = 0; i < sizeof(like) - 1; i++)
		if (like[i] >= '0' && like[i] <= '9'
			? d->d_name[i] < '0' || d->d_name[i] > '9'
			: d->d_name[i] != like[i])
			return 0;
	return 1;
}

int
prune_folder(const char *folder, unsigned int keep)
{
	struct dirent **found = NULL;
	int dir, i, n, removed = 0;

	/* Names that have their time in them sort by it. */
	n = scandir(folder, &found, prune_is_one, alphasort);
	dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (n == -1 || dir == -1) {
		admin_fail("%s: %s", folder, strerror(errno));
		removed = -1;
	}
	for (i = 0; i < n; i++) {
		if (removed != -1 && (unsigned int)(n - i) > keep) {
			if (unlinkat(dir, found[i]->d_name, 0) == 0)
				removed++;
			else {
				admin_fail("%s/%s: %s", folder,
				    found[i]->d_name, strerror(errno));
				removed = -1;
			}
		}
		free(found[i]);
	}
	free(found);
	if (dir != -1)
		close(dir);
	return removed;
}
