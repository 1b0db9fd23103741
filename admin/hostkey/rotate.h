/*
 * et-admin hostkey rotate: new host keys, or another name of the server, that
 * devices know of before they come.
 */
#ifndef ROTATE_H
#define ROTATE_H

#include "admin.h"

enum admin_exit rotate_run(struct admin *, const struct args *);

#endif
