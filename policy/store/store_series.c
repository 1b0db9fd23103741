/* The figures of a device: a row a day, packed. */
#include "config.h"

#include <string.h>
#include <time.h>

#include "history_pack.h"
#include "store_query.h"

#define US INT64_C(1000000)

/* A row of history_day. */
struct row {
	int64_t day;
	int64_t hour;
	unsigned int polls;
	struct day figures;
};

static void
row_read(struct query *q, struct row *row)
{
	uint8_t packed[HISTORY_PACKED];
	size_t len;

	row->day = query_int(q, 0);
	row->hour = query_int(q, 1);
	row->polls = (unsigned int)query_int(q, 2);
	len = query_blob(q, 3, packed, sizeof(packed));
	/* A day that cannot be read is one without figures. */
	day_unpack(&row->figures, packed, len);
}

/* STORE_NONE: the device has no row of that day. */
static enum store_result
series_find(struct store *s, int64_t device, int64_t day, struct row *row)
{
	static const char sql[] =
	    "SELECT day, hour, polls, packed FROM history_day "
	    "WHERE day = ?1 AND device = ?2";
	struct query *q;

	q = store_select(s, sql, STORE_ARGS(INT(day), INT(device)));
	if (query_row(q))
		row_read(q, row);
	return query_end(s, q);
}

static enum store_result
series_update(struct store *s, const struct hour *h, const struct row *row,
    const uint8_t *packed, size_t len)
{
	static const char sql[] =
	    "UPDATE history_day SET hour = ?3, polls = ?4, "
	    "bytes_in = bytes_in + ?5, bytes_out = bytes_out + ?6, "
	    "packed = ?7 WHERE day = ?1 AND device = ?2";

	return store_run(s, sql,
	    STORE_ARGS(INT(row->day), INT(h->device), INT(row->hour),
		INT(row->polls), INT(h->bytes_in), INT(h->bytes_out),
		BLOB(packed, len)));
}

static enum store_result
series_insert(struct store *s, const struct hour *h, const struct row *row,
    const uint8_t *packed, size_t len)
{
	static const char sql[] =
	    "INSERT INTO history_day (day, device, hour, polls, bytes_in, "
	    "bytes_out, packed) SELECT ?1, id, ?3, ?4, ?5, ?6, ?7 "
	    "FROM device WHERE id = ?2 RETURNING device";
	static const char calendar[] =
	    "INSERT INTO history_calendar (day) VALUES (?1) "
	    "ON CONFLICT (day) DO NOTHING";
	enum store_result r;
	int64_t device;

	r = store_one(s, sql,
	    STORE_ARGS(INT(row->day), INT(h->device), INT(row->hour),
		INT(row->polls), INT(h->bytes_in), INT(h->bytes_out),
		BLOB(packed, len)),
	    &device);
	return r == STORE_OK ? store_run(s, calendar, STORE_ARGS(INT(row->day)))
			     : r;
}

enum store_result
store_series_add(struct store *s, const struct hour *h)
{
	struct row row = {.day = h->number / HISTORY_HOURS};
	unsigned int of_day = (unsigned int)(h->number % HISTORY_HOURS);
	uint8_t packed[HISTORY_PACKED];
	enum store_result r, there;
	size_t len;
	bool mine;

	if ((r = store_enter(s, &mine)) != STORE_OK)
		return r;
	there = series_find(s, h->device, row.day, &row);
	if (there == STORE_OK || there == STORE_NONE) {
		if (there == STORE_NONE || row.hour != (int64_t)of_day)
			row.polls = 0;
		day_add(&row.figures, of_day, h, row.polls);
		row.hour = (int64_t)of_day;
		row.polls += h->polls;
		len = day_pack(&row.figures, packed);
	}
	if (there == STORE_OK)
		r = series_update(s, h, &row, packed, len);
	else
		r = there == STORE_NONE ? series_insert(s, h, &row, packed, len)
					: there;
	return store_leave(s, mine, r);
}

/* --- read ------------------------------------------------------------------ */

struct wanted {
	int64_t device;
	const char *key; /* NULL: all */
	int64_t since;
	int (*each)(void *, const struct point *);
	void *arg;
};

static int
series_each_of(const struct wanted *w, const struct row *row)
{
	const struct day_field *f = row->figures.field;
	struct point p;
	unsigned int i, h;
	int r;

	for (i = 0; i < row->figures.fields; i++, f++) {
		if (w->key != NULL && strcmp(w->key, f->key) != 0)
			continue;
		for (h = 0; h < HISTORY_HOURS; h++) {
			p.at = ((row->day * HISTORY_HOURS + h) * 3600 +
				   (int64_t)history_slot(w->device)) *
			       US;
			if (p.at < w->since || !day_point(f, h, &p))
				continue;
			if ((r = w->each(w->arg, &p)) != 0)
				return r;
		}
	}
	return 0;
}

enum store_result
store_series_each(struct store *s, int64_t device, const char *key,
    int64_t since, int (*each)(void *, const struct point *), void *arg)
{
	static const char sql[] =
	    "SELECT day, hour, polls, packed FROM history_day "
	    "WHERE device = ?1 AND day IN (SELECT day FROM history_calendar "
	    "WHERE day >= ?2) ORDER BY day";
	const struct wanted w = {device, key, since, each, arg};
	struct row row;
	struct query *q;

	q = store_select(s, sql,
	    STORE_ARGS(
		INT(device), INT(history_hour(device, since) / HISTORY_HOURS)));
	while (query_row(q)) {
		row_read(q, &row);
		if (series_each_of(&w, &row) != 0)
			break;
	}
	return query_end_list(s, q);
}

static void
month_of(int64_t day, struct month *m)
{
	time_t at = (time_t)(day * 86400);
	struct tm tm;

	gmtime_r(&at, &tm);
	m->year = tm.tm_year + 1900;
	m->month = tm.tm_mon + 1;
	m->bytes_in = m->bytes_out = 0;
}

enum store_result
store_series_months(struct store *s, int64_t device,
    int (*each)(void *, const struct month *), void *arg)
{
	static const char sql[] =
	    "SELECT day, bytes_in, bytes_out FROM history_day "
	    "WHERE device = ?1 AND day IN (SELECT day FROM history_calendar) "
	    "ORDER BY day";
	struct month m = {.year = 0}, now;
	struct query *q;
	int enough = 0;

	q = store_select(s, sql, STORE_ARGS(INT(device)));
	while (enough == 0 && query_row(q)) {
		month_of(query_int(q, 0), &now);
		if (m.year != now.year || m.month != now.month) {
			if (m.year != 0)
				enough = each(arg, &m);
			m = now;
		}
		m.bytes_in += (uint64_t)query_int(q, 1);
		m.bytes_out += (uint64_t)query_int(q, 2);
	}
	if (enough == 0 && m.year != 0)
		each(arg, &m);
	return query_end_list(s, q);
}
