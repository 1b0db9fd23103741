/*
 * The files of a rotation.  For each host key FILE: FILE.next is the one that
 * comes after it, FILE.old the one that was before it.  Beside the first is what
 * is announced (announce.h).  Each appears and changes whole; a rotation that
 * was interrupted goes on where it was.
 */
#ifndef ROTATE_FILES_H
#define ROTATE_FILES_H

#include <limits.h>
#include <stdbool.h>

#include "announce.h"
#include "conf.h"

#define ROTATE_ERROR 320

/* path and what follows it, as ".next". */
void rotate_path(char out[PATH_MAX], const char *path, const char *suffix);

/* Reads the announcement; text is "" if there is none.  -1: error says why. */
int rotate_read(
    const struct conf *, struct announce *, char error[ROTATE_ERROR]);
/* The text "" ends an announcement that et-sshd has read. */
int rotate_announce(
    const struct conf *, const char *text, char error[ROTATE_ERROR]);
/* Removes the announcement: et-sshd goes on with it until its next start. */
void rotate_unannounce(const struct conf *);

/*
 * Make what there is not yet of the keys to come, one for each host key that
 * there is, and put a "pin=" line for each into text.
 */
int rotate_make(
    const struct conf *, char text[ANNOUNCE_TEXT], char error[ROTATE_ERROR]);

/* Where the keys of text are: all there? some in their place already? */
int rotate_check(const struct conf *, const char *text, bool *placed,
    char error[ROTATE_ERROR]);

/* Put them in their place. */
int rotate_place(const struct conf *, char error[ROTATE_ERROR]);

/* When keys were last put in their place, us since the epoch; 0: never. */
int64_t rotate_placed_at(const struct conf *);

/* Remove the keys to come. */
void rotate_drop(const struct conf *);

#endif
