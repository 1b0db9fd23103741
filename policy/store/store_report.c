#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "store_query.h"

#define US INT64_C(1000000)

struct reporting {
	struct outages away;
	int64_t from, until;
	struct report row;
	int (*each)(void *, const struct report *);
	void *arg;
};

static int
report_device(struct reporting *r)
{
	if (r->row.device.id == 0)
		return 0;
	presence_finish(&r->row.presence, &r->away, r->from, r->until);
	return r->each(r->arg, &r->row);
}

static void
report_begin(struct reporting *r, struct query *q)
{
	struct device *d = &r->row.device;

	memset(&r->row.presence, 0, sizeof(r->row.presence));
	d->id = query_int(q, 0);
	query_text(q, 1, d->name, sizeof(d->name));
	query_text(q, 2, d->alias, sizeof(d->alias));
	query_text(q, 3, d->tags, sizeof(d->tags));
	d->enabled = true;
}

static enum store_result
report_spans(struct store *s, struct reporting *r)
{
	static const char sql[] =
	    "SELECT d.id, d.name, d.alias, d.tags, h.since, h.until, h.gone "
	    "FROM device d LEFT JOIN history_span h ON h.device = d.id "
	    "WHERE d.enabled = 1 ORDER BY d.id, h.since";
	struct span span;
	struct query *q;
	int enough = 0;

	q = store_select(s, sql, NULL);
	while (enough == 0 && query_row(q)) {
		if (query_int(q, 0) != r->row.device.id) {
			if ((enough = report_device(r)) != 0)
				break;
			report_begin(r, q);
		}
		span.since = query_int(q, 4) * US;
		span.until = query_int(q, 5) * US;
		span.gone = query_int(q, 6) * US;
		if (span.since != 0)
			presence_add(&r->row.presence, &r->away, &span, r->from,
			    r->until);
	}
	if (enough == 0)
		report_device(r);
	return query_end_list(s, q);
}

enum store_result
store_report(struct store *s, int64_t from, int64_t until,
    int (*each)(void *, const struct report *), void *arg)
{
	struct reporting *r;
	enum store_result result;

	if ((r = calloc(1, sizeof(*r))) == NULL)
		return store_fail(s, STORE_FAILED, "out of memory");
	r->from = from;
	r->until = until;
	r->each = each;
	r->arg = arg;
	result = store_outage_load(s, from, until, &r->away);
	if (result == STORE_OK)
		result = report_spans(s, r);
	free(r);
	return result;
}
