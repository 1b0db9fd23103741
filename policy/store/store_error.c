#include "config.h"

#include <stdarg.h>
#include <stdio.h>

#include "store_backend.h"

enum store_result
store_fail(struct store *s, enum store_result result, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->error, sizeof(s->error), fmt, ap);
	va_end(ap);
	return s->result = result;
}

const char *
store_error(const struct store *s)
{
	return s->error;
}

const char *
store_notice(const struct store *s)
{
	return s->notice;
}
