/*
 * The public halves of the server's host keys, as clients have to pin them.
 */
#ifndef HOSTPUB_H
#define HOSTPUB_H

#include "admin.h"

/*
 * Lines as "ssh-ed25519 AAAA...", at most so many, to be freed one by one.
 * *n counts them also after a failure, which has been said.
 */
enum admin_exit	hostpub_find(struct admin *, char **line, int most, int *n);

#endif
