/*
 * The page's sandbox, entered before the first visitor comes: no file can be
 * opened, no program started, no socket made, no process seen.  The page keeps
 * the store that it has open for reading, its visitors, and the monitor.
 */
#ifndef SEAL_H
#define SEAL_H

/* Returns NULL, or what could not be done (a static string). */
const char *seal_enter(void);

#endif
