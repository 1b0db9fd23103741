#include "config.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "admin.h"
#include "clean.h"

#define SELF "et-admin "

static bool by_ssh; /* there is no et-admin to type */

void
admin_by_ssh(void)
{
	by_ssh = true;
}

void
admin_words(char *text)
{
	const size_t n = strlen(SELF);
	char *p = text;

	while (by_ssh && (p = strstr(p, SELF)) != NULL)
		memmove(p, p + n, strlen(p + n) + 1);
}

static void __attribute__((format(printf, 2, 0)))
admin_say(const char *kind, const char *fmt, va_list ap)
{
	char text[1024];

	vsnprintf(text, sizeof(text), fmt, ap);
	admin_words(text);
	fprintf(stderr, "%s: %s", by_ssh ? "et-sshd" : "et-admin", kind);
	clean_print(stderr, text);
	fputc('\n', stderr);
}

enum admin_exit
admin_fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	admin_say("", fmt, ap);
	va_end(ap);
	return ADMIN_FAILED;
}

enum admin_exit
admin_usage(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	admin_say("", fmt, ap);
	va_end(ap);
	return ADMIN_USAGE;
}

void
admin_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	admin_say("note: ", fmt, ap);
	va_end(ap);
}

enum admin_exit
admin_result(struct admin *a, enum store_result result)
{
	if (result == STORE_OK)
		return ADMIN_DONE;
	return admin_fail("%s", store_error(a->store));
}

bool
admin_terminal(const struct admin *a, int fd)
{
	return a->who == NULL && isatty(fd);
}
