/*
 * /api/rows: what has changed in the rows that a page shows.  It is asked every
 * second by every page that is open, so it reads these rows alone, and not even
 * them while the store was not written.
 */
#include "config.h"

#include "tell.h"
#include "row.h"

#define MS 1000 /* us */
#define QUIET (2 * INT64_C(1000000)) /* us: a state changes by time, too */

struct rows {
	struct view *view;
	struct wrong_forwards forwards;
	int64_t since; /* ms since the epoch */
	json_t *changed, *gone;
	enum store_result result;
};

static enum store_result
rows_add_changed(struct rows *r, const struct fleet_row *of)
{
	enum store_result result;
	json_t *json = NULL;
	struct row row;

	result = row_judge(r->view, &r->forwards, of, &row);
	if (result == STORE_OK &&
	    view_trace(r->view, of->device.id, row.print) / MS > r->since)
		result = row_json(r->view, &row, &json);
	if (json != NULL)
		json_array_append_new(r->changed, json);
	return result;
}

static int
rows_take(void *arg, const char *id)
{
	struct rows *r = arg;
	struct fleet_row row;

	r->result = store_fleet_get(r->view->store, id, &row);
	if (r->result == STORE_OK)
		r->result = rows_add_changed(r, &row);
	else if (r->result == STORE_NONE) {
		json_array_append_new(r->gone, row_text(id));
		r->result = STORE_OK;
	}
	return r->result != STORE_OK;
}

static enum store_result
rows_read(struct rows *r, const struct asked *a, const struct fleet_query *q,
    const struct tally **tally, char error[ASKED_ERROR])
{
	struct view *v = r->view;

	if ((r->result = store_begin_read(v->store)) != STORE_OK)
		return r->result;
	if ((r->result = view_count(v, q, tally)) == STORE_OK)
		r->result = wrong_forwards(v->store, &r->forwards);
	if (r->result == STORE_OK &&
	    asked_each(a, "ids", ASKED_IDS, rows_take, r, error) == -1 &&
	    r->result == STORE_OK)
		r->result = STORE_EXISTS; /* a wrong parameter */
	store_rollback(v->store);
	return r->result;
}

/* Whether the browser has it all already. */
static bool
rows_quiet(const struct view *v, int64_t since)
{
	return v->written / MS <= since && v->now - since * MS < QUIET;
}

static unsigned int
rows_answer(struct rows *r, const struct tally *tally, json_t **out,
    char error[ASKED_ERROR])
{
	if (json_array_size(r->changed) == 0 && json_array_size(r->gone) == 0 &&
	    tally->changed / MS <= r->since)
		return 204;
	return tell_done(
	    json_pack("{s:o, s:i, s:o, s:O, s:O}", "now",
		row_time(r->view->now), "total", (int)tally->counts.total,
		"counts", tell_counts(&tally->counts), "rows", r->changed,
		"gone", r->gone),
	    out, error);
}

unsigned int
tell_rows(struct view *v, const struct asked *a, json_t **out,
    char error[ASKED_ERROR])
{
	struct rows r = {.view = v};
	const struct tally *tally;
	struct asked_fleet f;
	enum store_result result;
	unsigned int status;

	if (asked_fleet(a, v->now, &f, error) == -1 ||
	    asked_number(a, "since", INT64_MAX / 10000, &r.since, error) == -1)
		return 400;
	/* The clock was set back: what the browser has is told anew. */
	if (r.since > v->now / MS)
		r.since = 0;
	if (rows_quiet(v, r.since))
		return 204;
	r.changed = json_array();
	r.gone = json_array();
	result = rows_read(&r, a, &f.query, &tally, error);
	status = result == STORE_OK	  ? rows_answer(&r, tally, out, error)
		 : result == STORE_EXISTS ? 400
					  : tell_failed(v, result, error);
	json_decref(r.changed);
	json_decref(r.gone);
	return status;
}
