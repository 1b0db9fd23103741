/*
 * The installer: a file that is read while et-sshd may, and again upon SIGHUP,
 * and handed to workers as a descriptor of memory that nobody can change
 * (memfd_create(2), sealed), so that a worker needs no file system.
 */
#ifndef INSTALLER_H
#define INSTALLER_H

#include <stddef.h>

#define INSTALLER_MAX (1024 * 1024) /* bytes */

struct installer;

/* A missing file is found when it is requested.  NULL: no memory. */
struct installer *installer_new(const char *path);
void installer_free(struct installer *);

/* Read it anew; one that cannot be read leaves the old one. */
void installer_reload(struct installer *);

/*
 * Returns the installer's descriptor (to be lent, not closed) and size, or -1
 * and why there is none.
 */
int installer_file(const struct installer *, size_t *size, const char **why);

#endif
