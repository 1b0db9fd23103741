/*
 * A store, examined: does it answer, may this role do what it has to, and how
 * far is its clock?
 */
#ifndef STORE_EXAM_H
#define STORE_EXAM_H

#include "admin.h"

/*
 * Print what the store at url is.  reader: with the role that only reads it.
 * ADMIN_FAILED: it does not answer, or something is wrong, which has been
 * said.
 */
enum admin_exit store_exam(struct admin *, const char *url, bool reader);

#endif
