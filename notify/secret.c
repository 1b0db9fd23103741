#include "config.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "secret.h"

#define HIDE_LEAST 4 /* bytes; what is shorter is everywhere */

static const char *
secret_check(const char *secret)
{
	size_t i;

	for (i = 0; secret[i] != '\0'; i++)
		if ((unsigned char)secret[i] <= ' ' || secret[i] > '~')
			return "its first line has other characters than "
			       "visible ASCII";
	return i > 0 ? NULL : "its first line is empty";
}

static const char *
secret_take(int fd, char *secret)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		return "not a regular file";
	if (st.st_mode & (S_IROTH | S_IWOTH))
		return "everybody may read or write it: chmod o-rw";
	if ((n = read(fd, secret, SECRET_MOST)) == -1)
		return "cannot be read";
	secret[n] = '\0';
	secret[strcspn(secret, "\r\n")] = '\0';
	return secret_check(secret);
}

char *
secret_read(const char *path, const char **wrong)
{
	char *secret = calloc(1, SECRET_MOST + 1);
	int fd;

	*wrong = "out of memory";
	if (secret == NULL)
		return NULL;
	*wrong = "cannot be opened";
	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) != -1) {
		*wrong = secret_take(fd, secret);
		close(fd);
		if (*wrong == NULL)
			return secret;
	}
	secret_free(secret);
	return NULL;
}

void
secret_free(char *secret)
{
	if (secret == NULL)
		return;
	explicit_bzero(secret, SECRET_MOST + 1);
	free(secret);
}

void
secret_hide(char *text, const char *secret)
{
	size_t n = secret != NULL ? strlen(secret) : 0;
	char *at;

	if (n < HIDE_LEAST)
		return;
	for (at = text; (at = strstr(at, secret)) != NULL; at += n)
		memset(at, '*', n);
}
