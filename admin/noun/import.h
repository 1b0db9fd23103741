/*
 * device import: many devices from a file, all of them or none.
 */
#ifndef IMPORT_H
#define IMPORT_H

#include "admin.h"

enum admin_exit import_run(struct admin *, const struct args *);

#endif
