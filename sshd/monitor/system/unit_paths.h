/*
 * Where systemd's unit lets et-sshd write: for -t, which runs outside of it.
 */
#ifndef UNIT_PATHS_H
#define UNIT_PATHS_H

/*
 * A line on standard error if the unit is installed, conf is the file that it
 * reads, and no ReadWritePaths of the unit or of its drop-ins has path.
 */
void unit_paths_check(const char *conf, const char *path);

#endif
