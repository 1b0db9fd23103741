/*
 * et-admin device rename: a device's id, by which it logs in.
 */
#ifndef RENAME_H
#define RENAME_H

#include "admin.h"

enum admin_exit rename_run(struct admin *, const struct args *);

#endif
