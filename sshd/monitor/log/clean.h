/*
 * Text that a stranger sent, made fit for a log, a table and a terminal:
 * printable ASCII stays, every other byte and the backslash become \xNN.
 */
#ifndef CLEAN_H
#define CLEAN_H

#include <stddef.h>

/* Always ends out (size at least 5), cutting at a whole escape if need be. */
void clean_text(char *out, size_t size, const char *in);

#endif
