#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "admin.h"
#include "clean.h"

static void __attribute__((format(printf, 2, 0)))
say(const char *kind, const char *fmt, va_list ap)
{
	char text[1024];

	vsnprintf(text, sizeof(text), fmt, ap);
	fprintf(stderr, "et-admin: %s", kind);
	clean_print(stderr, text);
	fputc('\n', stderr);
}

enum admin_exit
admin_fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("", fmt, ap);
	va_end(ap);
	return ADMIN_FAILED;
}

enum admin_exit
admin_usage(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("", fmt, ap);
	va_end(ap);
	return ADMIN_USAGE;
}

void
admin_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("note: ", fmt, ap);
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
