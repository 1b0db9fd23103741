#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "terminal.h"

static int
write_all(int fd, const char *bytes, size_t len)
{
	ssize_t n;

	for (; len > 0; bytes += n, len -= (size_t)n)
		if ((n = write(fd, bytes, len)) <= 0)
			return -1;
	return 0;
}

static ssize_t
write_lines(void *cookie, const char *bytes, size_t len)
{
	int fd = (int)(intptr_t)cookie;
	size_t left = len, n;
	const char *end;

	for (; left > 0; bytes += n, left -= n) {
		end = memchr(bytes, '\n', left);
		n = end == NULL ? left : (size_t)(end - bytes) + 1;
		if (write_all(fd, bytes, end == NULL ? n : n - 1) == -1 ||
		    (end != NULL && write_all(fd, "\r\n", 2) == -1))
			return 0;
	}
	return (ssize_t)len;
}

int
terminal_lines(void)
{
	static const cookie_io_functions_t lines = {.write = write_lines};
	FILE *out, *err;

	out = fopencookie((void *)(intptr_t)STDOUT_FILENO, "w", lines);
	err = fopencookie((void *)(intptr_t)STDERR_FILENO, "w", lines);
	if (out == NULL || err == NULL) {
		if (out != NULL)
			fclose(out);
		if (err != NULL)
			fclose(err);
		return -1;
	}
	setvbuf(err, NULL, _IOLBF, 0);
	stdout = out;
	stderr = err;
	return 0;
}
