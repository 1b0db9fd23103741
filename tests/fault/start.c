/*
 * In the place of a program that et-sshd starts: becomes the real one, or what
 * runs that, with an environment that et-sshd would not give it.  PROGRAM.start
 * beside it has a line NAME=VALUE each, and then the words of the command.
 */
#include "config.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORDS 64

static FILE *
open_lines(void)
{
	char path[PATH_MAX + 8];
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX);

	if (n <= 0 || n >= PATH_MAX)
		return NULL;
	memcpy(path + n, ".start", sizeof(".start"));
	return fopen(path, "re");
}

int
main(int argc, char *argv[])
{
	char *words[WORDS + 1] = {NULL}, *line, *value, *path;
	size_t n = 0, size;
	FILE *f = open_lines();
	ssize_t len;
	int fd, i;

	if (f == NULL) {
		perror("PROGRAM.start");
		return 127;
	}
	while (n < WORDS) {
		line = NULL;
		size = 0;
		if ((len = getline(&line, &size, f)) <= 0)
			break;
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		value = n == 0 && *line != '/' ? strchr(line, '=') : NULL;
		if (value == NULL) {
			words[n++] = line;
			continue;
		}
		*value++ = '\0';
		setenv(line, value, 1);
	}
	fclose(f);
	path = words[0];
	/* By itself it keeps the name by which it was started. */
	if (n == 1 && argc > 0)
		words[0] = argv[0];
	/* With the arguments that it was started with. */
	for (i = 1; i < argc && n > 0 && n < WORDS; i++)
		words[n++] = argv[i];
	/* As the launcher starts programs, whose filter has no other way. */
	if (n > 0 && (fd = open(path, O_PATH | O_CLOEXEC)) != -1)
		execveat(fd, "", words, environ, AT_EMPTY_PATH);
	perror("PROGRAM.start");
	return 127;
}
