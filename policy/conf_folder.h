/*
 * conf.d: the files that et-sshd(8) and et-admin(8) read after their
 * configuration file, from the folder conf.d beside it; et-sshd.conf(5).
 */
#ifndef CONF_FOLDER_H
#define CONF_FOLDER_H

#include <limits.h>
#include <stddef.h>

#define CONF_FOLDER "conf.d"

/*
 * The paths of the files in conf.d whose names end in ".conf" and do not begin
 * with a dot, in the order of their bytes (the C locale's).  conf is the path
 * of the configuration file; where that is a link, the folder is beside what
 * it leads to.  A folder that is not there has no files.
 *
 * Each must be a regular file of root's or of the owner of conf.  Returns the
 * number of paths, or -1 and one line in error ("PATH: why").  Free with
 * conf_folder_free, also after -1.
 */
int conf_folder_list(const char *conf, char ***paths, char *error, size_t size);
void conf_folder_free(char **paths);

/* The path of that folder, whether it exists or not. */
void conf_folder_path(const char *conf, char folder[PATH_MAX]);

#endif
