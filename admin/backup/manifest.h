/*
 * The first file of a backup: what the others are.  A JSON object.
 */
#ifndef MANIFEST_H
#define MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "admin.h"
#include "digest.h"
#include "ustar.h"
#include "when.h"

#define MANIFEST_NAME	"manifest.json"
#define MANIFEST_SUM	"manifest.json.sha256"	/* behind it, as sha256sum(1) */
#define MANIFEST_FORMAT	1	/* of the backup */
#define MANIFEST_MAX	65536	/* bytes of it */
#define MANIFEST_FILES	96

/* The files of a backup: the store is the last. */
#define MANIFEST_CONF	"et-sshd.conf"
#define MANIFEST_CONF_FOLDER "conf.d/"
#define MANIFEST_HOSTKEYS "host-keys/"
#define MANIFEST_LOG_KEY "event-log-key"
#define MANIFEST_STORE	"store.db"

struct member {
	char		name[USTAR_NAME];
	char		owner[USTAR_OWNER];
	unsigned int	mode;
	int64_t		size;
	char		sha256[DIGEST_HEX];
};

struct manifest {
	int		schema;		/* the store's */
	char		date[WHEN_TEXT];
	char		version[64];	/* the program's */
	char		node[DEVICE_NAME];
	int		members;
	struct member	member[MANIFEST_FILES];
};

/* Is a file of this name one that a backup may have? */
bool	manifest_knows(const char *name);

/* The text, to be freed; NULL: out of memory. */
char	*manifest_text(const struct manifest *);

/*
 * Read a text; what is said begins with from.  ADMIN_FAILED: it is no manifest,
 * of another format, of a newer schema than this program's, or it names what a
 * backup does not have, or the store not at its end.
 */
enum admin_exit	manifest_read(struct manifest *, const char *from,
    const char *text, size_t len);

#endif
