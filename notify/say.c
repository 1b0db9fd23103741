#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "say.h"

#define LINE 1024

static void say_line(char priority, const char *fmt, va_list)
    __attribute__((format(printf, 2, 0)));

/* One write(2), so that lines of several processes do not mix. */
static void
say_line(char priority, const char *fmt, va_list ap)
{
	char line[LINE];
	int n = 0, more;

	if (getenv("JOURNAL_STREAM") != NULL)
		n = snprintf(line, sizeof(line), "<%c>", priority);
	n += snprintf(line + n, sizeof(line) - (size_t)n, "et-notify: ");
	more = vsnprintf(line + n, sizeof(line) - (size_t)n - 1, fmt, ap);
	if (more > 0)
		n += more;
	if (n > LINE - 2)
		n = LINE - 2;
	line[n++] = '\n';
	(void)!write(STDERR_FILENO, line, (size_t)n);
}

void
say_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_line('6', fmt, ap);
	va_end(ap);
}

void
say_warning(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_line('4', fmt, ap);
	va_end(ap);
}

void
say_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_line('3', fmt, ap);
	va_end(ap);
}

void
say_clean(char *text)
{
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}
