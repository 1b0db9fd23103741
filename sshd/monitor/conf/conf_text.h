/*
 * The text of a configuration file, made ready for libconfuse.
 */
#ifndef CONF_TEXT_H
#define CONF_TEXT_H

#include "conf.h"

/*
 * Read a file of at most CONF_TEXT_SIZE bytes, with spaces in the place of
 * its comments: libconfuse counts their lines more than once, and errors would
 * name a wrong line.  Returns text to be freed, or NULL and one line in error.
 */
#define CONF_TEXT_SIZE (256 * 1024)

char *conf_text_read(const char *path, char error[CONF_ERROR]);

#endif
