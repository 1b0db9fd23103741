#include "config.h"

#include <stdarg.h>
#include <stdio.h>

#include "monitor.h"

void
monitor_fail(struct monitor *m, const char *fmt, ...)
{
	va_list ap;

	fputs("et-sshd: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	m->failed = true;
}
