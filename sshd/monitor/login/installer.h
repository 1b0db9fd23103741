/*
 * The installer: a file that is read at the start and upon SIGHUP, and passed
 * to workers as a sealed memfd_create(2) descriptor, so that a worker needs no
 * file system.
 */
#ifndef INSTALLER_H
#define INSTALLER_H

#include <stddef.h>

#define INSTALLER_MAX (1024 * 1024) /* bytes */

struct installer;

/* A missing file is reported to clients that fetch it.  NULL: no memory. */
struct installer *installer_new(const char *path);
void installer_free(struct installer *);

/* Read the file again; if that fails the old content stays. */
void installer_reload(struct installer *);

/*
 * The descriptor (which stays the installer's) and its size, or -1 and why
 * there is none.
 */
int installer_file(const struct installer *, size_t *size, const char **why);

/* The SHA-256 of the content, in hexadecimal; "": there is none. */
const char *installer_hash(const struct installer *);

#endif
