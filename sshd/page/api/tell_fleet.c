/*
 * /api/fleet: a page of the fleet, with its counts and tags.
 */
#include "config.h"

#include "tell.h"
#include "row.h"

struct page_of {
	struct view *view;
	struct wrong_forwards forwards;
	json_t *rows;
	enum store_result result;
};

static int
fleet_add_row(void *arg, const struct fleet_row *r)
{
	struct page_of *p = arg;
	json_t *json = NULL;
	struct row row;

	p->result = row_judge(p->view, &p->forwards, r, &row);
	if (p->result == STORE_OK) {
		view_trace(p->view, r->device.id, row.print);
		p->result = row_json(p->view, &row, &json);
	}
	if (json != NULL)
		json_array_append_new(p->rows, json);
	return p->result != STORE_OK;
}

static enum store_result
fleet_rows(struct view *v, const struct fleet_query *q, json_t *rows)
{
	struct page_of p = {.view = v, .rows = rows, .result = STORE_OK};
	enum store_result r;

	if (q->limit == 0)
		return STORE_OK;
	if ((r = wrong_forwards(v->store, &p.forwards)) == STORE_OK)
		r = store_fleet_each(v->store, q, fleet_add_row, &p);
	return r == STORE_OK ? p.result : r;
}

static enum store_result
fleet_read(struct view *v, const struct fleet_query *q, json_t *rows,
    const struct tally **tally, json_t **tags)
{
	enum store_result r;

	if ((r = store_begin_read(v->store)) != STORE_OK)
		return r;
	if ((r = view_count(v, q, tally)) == STORE_OK &&
	    (r = view_tags(v, tags)) == STORE_OK)
		r = fleet_rows(v, q, rows);
	store_rollback(v->store);
	return r;
}

unsigned int
tell_fleet(struct view *v, const struct asked *a, json_t **out,
    char error[ASKED_ERROR])
{
	const struct tally *tally;
	struct asked_fleet f;
	enum store_result r;
	json_t *rows, *tags;

	if (asked_fleet(a, v->now, &f, error) == -1)
		return 400;
	rows = json_array();
	if ((r = fleet_read(v, &f.query, rows, &tally, &tags)) != STORE_OK) {
		json_decref(rows);
		return tell_failed(v, r, error);
	}
	return tell_done(
	    json_pack("{s:o, s:i, s:i, s:i, s:o, s:O, s:o}", "now",
		row_time(v->now), "total", (int)tally->counts.total, "offset",
		(int)f.query.offset, "limit", (int)f.query.limit, "counts",
		tell_counts(&tally->counts), "tags", tags, "rows", rows),
	    out, error);
}
