#include "config.h"

#include <string.h>

#include "admin.h"
#include "families.h"

static enum admin_exit
run_metrics(struct admin *a, const struct args *args)
{
	const char *format = args->value[ARG_FORMAT];
	struct exposition x = {.file = stdout};

	if (format != NULL && strcmp(format, "openmetrics") != 0 &&
	    strcmp(format, "prometheus") != 0)
		return admin_usage("no such format: %s; must be openmetrics or "
				   "prometheus",
		    format);
	x.prometheus = format != NULL && strcmp(format, "prometheus") == 0;
	return admin_result(
	    a, families_write(&x, a->store, args->value[ARG_DEVICES] != NULL));
}

static const struct verb verbs[] = {
    {NULL, "", "Print figures of the server for Prometheus and others.",
	"The format is OpenMetrics, or that of Prometheus (0.0.4).  --devices "
	"adds three\nseries for each device.",
	0, 0, ARG_BIT(ARG_FORMAT) | ARG_BIT(ARG_DEVICES),
	VERB_STORE | VERB_BY(OPERATOR_ADMIN), run_metrics},
    {.run = NULL},
};

const struct noun noun_metrics = {
    "metrics", "print figures for Prometheus", verbs};
