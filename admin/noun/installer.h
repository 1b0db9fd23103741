/*
 * The installer that a pasted command fetches from the server.
 */
#ifndef INSTALLER_H
#define INSTALLER_H

#include "admin.h"

/*
 * The SHA-256 of the file, as sha256sum(1) prints it; at most 1 MiB, which is
 * what et-sshd sends.  NULL, or why there is none.
 */
const char	*installer_digest(const char *path, char hex[INSTALLER_HEX]);

#endif
