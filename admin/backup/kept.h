/*
 * The files of a backup beside the store, in memory: the configuration, the
 * host keys, the event log's key.
 */
#ifndef KEPT_H
#define KEPT_H

#include "conf.h"
#include "manifest.h"

#define KEPT_MAX	(1024 * 1024)	/* bytes of a file */

struct kept {
	struct member	 member;
	char		*bytes;
};

struct kept_set {
	int		n;
	struct kept	file[MANIFEST_FILES];
};

/*
 * Read them all.  A configuration that is not there is kept as an empty one, and
 * a note says which key is missing.  Free it with kept_free in any case.
 */
enum admin_exit	kept_collect(struct kept_set *, const char *conf_path,
    const struct conf *);

/* Clears the keys from memory. */
void	kept_free(struct kept_set *);

/*
 * Suffixes of a host key's path: nothing; in a rotation also the key to come,
 * the one before, and what of it is announced to devices.
 */
#define KEPT_BESIDE	4
#define KEPT_ANNOUNCED	3
extern const char *const kept_beside[KEPT_BESIDE];

/* The name that a host key has in a backup; -1: a backup cannot have it. */
int	kept_hostkey_name(const char *path, char name[USTAR_NAME]);

#endif
