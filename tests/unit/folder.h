/*
 * A folder of its own for a test, and the files in it.
 */
#ifndef FOLDER_H
#define FOLDER_H

#include <sys/types.h>

#define FOLDER_PATH 128

struct folder {
	char path[64];
	char file[FOLDER_PATH]; /* of the last folder_file */
};

/* cmocka's setup and teardown; *state is a struct folder. */
int folder_make(void **state);
int folder_remove(void **state);

/* The path of a file in it, until the next call. */
const char *folder_file(struct folder *, const char *name);

/* The same of a file with this text and mode, made anew. */
const char *folder_write(
    struct folder *, const char *name, const char *text, mode_t);

/* What the file holds, to be freed. */
char *folder_read(const char *path);

#endif
