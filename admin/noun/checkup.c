#include "config.h"

#include <stdarg.h>
#include <stdio.h>

#include "checkup.h"

void
checkup_find(struct checkup *c, const char *kind, const char *name,
    const char *problem, const char *fmt, ...)
{
	static const struct column columns[] = {{"check", "CHECK"},
	    {"kind", "KIND"}, {"name", "NAME"}, {"problem", "PROBLEM"},
	    {"remedy", "REMEDY"}};
	struct output *o = c->admin->out;
	char remedy[CHECKUP_TEXT];
	va_list ap;

	if (c->found++ == 0)
		output_table(o, columns, sizeof(columns) / sizeof(columns[0]));
	va_start(ap, fmt);
	vsnprintf(remedy, sizeof(remedy), fmt, ap);
	va_end(ap);
	output_text(o, c->check);
	output_text(o, kind);
	output_text(o, name);
	output_text(o, problem);
	output_text(o, remedy);
}
