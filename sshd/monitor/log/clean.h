/*
 * Untrusted text, made safe for a log, a table and a terminal:
 * printable ASCII stays, every other byte and the backslash become \xNN.
 */
#ifndef CLEAN_H
#define CLEAN_H

#include <stddef.h>

/* Terminates out (size at least 5); never truncates within an escape. */
void clean_text(char *out, size_t size, const char *in);

#endif
