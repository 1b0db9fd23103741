/*
 * Writes metrics in one of two text formats: that of OpenMetrics 1.0, or that
 * of Prometheus, version 0.0.4.  The two differ in the names of counters'
 * families and in the last line.
 *
 *	exposition_family(x, "et_polls", EXPOSITION_COUNTER, "Polls answered.");
 *	exposition_sample(x, "");
 *	exposition_label(x, "node", "alpha");
 *	exposition_integer(x, 7);
 *
 * gives et_polls_total{node="alpha"} 7.  All samples of a family come after its
 * exposition_family and before the next one's.
 */
#ifndef EXPOSITION_H
#define EXPOSITION_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum exposition_type {
	EXPOSITION_GAUGE,
	EXPOSITION_COUNTER,
	EXPOSITION_HISTOGRAM
};

struct exposition {
	FILE		*file;
	bool		 prometheus;	/* its format, not that of OpenMetrics */
	const char	*name;		/* of the family; the caller's */
	enum exposition_type type;
	bool		 labelled;	/* the sample has a label already */
};

#define EXPOSITION_OPENMETRICS \
	"application/openmetrics-text; version=1.0.0; charset=utf-8"
#define EXPOSITION_PROMETHEUS "text/plain; version=0.0.4; charset=utf-8"

/* help is one sentence without a backslash or a line feed. */
void	exposition_family(struct exposition *, const char *name,
    enum exposition_type, const char *help);

/*
 * Begin a sample.  suffix is "" or, of a histogram, "_bucket", "_sum" or
 * "_count"; a counter's "_total" comes by itself.
 */
void	exposition_sample(struct exposition *, const char *suffix);
void	exposition_label(struct exposition *, const char *name,
    const char *value);
/* The value ends the sample. */
void	exposition_integer(struct exposition *, int64_t);
void	exposition_real(struct exposition *, double);

/* The end of all. */
void	exposition_end(struct exposition *);

#endif
