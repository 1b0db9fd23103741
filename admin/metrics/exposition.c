#include "config.h"

#include <inttypes.h>

#include "exposition.h"

void
exposition_family(struct exposition *x, const char *name,
    enum exposition_type type, const char *help)
{
	static const char *const types[] = {
	    [EXPOSITION_GAUGE] = "gauge",
	    [EXPOSITION_COUNTER] = "counter",
	    [EXPOSITION_HISTOGRAM] = "histogram",
	};
	const char *total =
	    x->prometheus && type == EXPOSITION_COUNTER ? "_total" : "";

	x->name = name;
	x->type = type;
	fprintf(x->file, "# HELP %s%s %s\n", name, total, help);
	fprintf(x->file, "# TYPE %s%s %s\n", name, total, types[type]);
}

void
exposition_sample(struct exposition *x, const char *suffix)
{
	x->labelled = false;
	fprintf(x->file, "%s%s%s", x->name,
	    x->type == EXPOSITION_COUNTER ? "_total" : "", suffix);
}

void
exposition_label(struct exposition *x, const char *name, const char *value)
{
	fprintf(x->file, "%c%s=\"", x->labelled ? ',' : '{', name);
	x->labelled = true;
	for (; *value != '\0'; value++)
		if (*value == '\n')
			fputs("\\n", x->file);
		else if (*value == '"' || *value == '\\')
			fprintf(x->file, "\\%c", *value);
		else
			fputc(*value, x->file);
	fputc('"', x->file);
}

void
exposition_integer(struct exposition *x, int64_t n)
{
	fprintf(x->file, "%s %" PRId64 "\n", x->labelled ? "}" : "", n);
}

void
exposition_real(struct exposition *x, double n)
{
	fprintf(x->file, "%s %.15g\n", x->labelled ? "}" : "", n);
}

void
exposition_end(struct exposition *x)
{
	if (!x->prometheus)
		fputs("# EOF\n", x->file);
}
