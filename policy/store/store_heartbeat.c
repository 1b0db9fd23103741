#include "config.h"

#include <string.h>

#include "health_field.h"
#include "store_heartbeat_group.h"

/* What the device last sent, with what it leaves out of most polls. */
static enum store_result
heartbeat_health(
    struct store *s, const struct heartbeat *h, char health[HEARTBEAT_HEALTH])
{
	static const char sql[] =
	    "SELECT health FROM device_seen WHERE device = ?1";
	char before[HEARTBEAT_HEALTH];
	struct query *q;

	memcpy(health, h->health, HEARTBEAT_HEALTH);
	q = store_select(s, sql, STORE_ARGS(INT(h->device)));
	if (query_row(q)) {
		query_text(q, 0, before, sizeof(before));
		health_keep_lasting(health, before);
	}
	return query_end(s, q);
}

/*
 * With several nodes each sees a part of a device's polls, so the one that says
 * the interval says too much.  It is then measured here, as presence_measure does
 * for one node: the median of the last three times between polls, and no less
 * than the planned one (DEVICE_INTERVAL); until there are three, what the node
 * says.  A wait's end is when the device was last seen, so waits are no such time.
 * Nodes may be late: the newest poll counts.
 */
#define GAP                                                          \
	"(CASE WHEN last_seen > 0 AND ?2 > last_seen THEN "          \
	"LEAST (GREATEST ((?2 - last_seen + 500000) / 1000000, 1), " \
	"86400) ELSE 0 END)"
static const char heartbeat_shared_sql[] =
    "UPDATE device_seen SET beats = beats + 1, "
    "last_seen = GREATEST (last_seen, ?2), "
    "gap2 = CASE WHEN " GAP " > 0 THEN gap1 ELSE gap2 END, "
    "gap1 = CASE WHEN " GAP " > 0 THEN " GAP " ELSE gap1 END, "
    "interval = CASE WHEN " GAP " > 0 AND gap2 > 0 THEN GREATEST (60, "
    "LEAST (GREATEST (" GAP ", gap1), GREATEST (" GAP ", gap2), "
    "GREATEST (gap1, gap2))) WHEN gap2 > 0 THEN interval "
    "WHEN ?3 > 0 THEN ?3 ELSE interval END, "
    "addr = ?4, client = ?5, health = ?6 WHERE device = ?1 RETURNING beats";

/* The heartbeat's place in the device's ring: how many came before it. */
static enum store_result
heartbeat_seen(struct store *s, const struct heartbeat *h, const char *health,
    int64_t *beats)
{
	static const char sql[] =
	    "UPDATE device_seen SET beats = beats + 1, last_seen = ?2, "
	    "interval = CASE WHEN ?3 > 0 THEN ?3 ELSE interval END, "
	    "addr = ?4, client = ?5, health = ?6 WHERE device = ?1 "
	    "RETURNING beats";

	_Static_assert(DEVICE_INTERVAL == 60, "as in the SQL");
	return store_one(s, s->backend->shared ? heartbeat_shared_sql : sql,
	    STORE_ARGS(INT(h->device), INT(h->at), INT(h->interval),
		TEXT(h->addr), TEXT(h->client), TEXT(health)),
	    beats);
}

static enum store_result
heartbeat_next_seq(struct store *s, int64_t *seq)
{
	static const char sql[] =
	    "UPDATE heartbeat_last SET seq = seq + 1 WHERE one = 1 "
	    "RETURNING seq";

	return store_one(s, sql, NULL, seq);
}

static enum store_result
heartbeat_put(
    struct store *s, const struct heartbeat *h, int64_t place, int64_t seq)
{
	static const char sql[] =
	    "INSERT INTO heartbeat (id, seq, at, interval, addr, client, "
	    "health) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) "
	    "ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, "
	    "at = excluded.at, interval = excluded.interval, "
	    "addr = excluded.addr, client = excluded.client, "
	    "health = excluded.health";

	return store_run(s, sql,
	    STORE_ARGS(INT(h->device * HEARTBEAT_KEEP + place), INT(seq),
		INT(h->at), INT(h->interval), TEXT(h->addr), TEXT(h->client),
		TEXT(h->health)));
}

static enum store_result
heartbeat_add_one(struct store *s, const struct heartbeat *h)
{
	char health[HEARTBEAT_HEALTH];
	enum store_result r;
	int64_t beats, seq;
	bool mine;

	if ((r = store_enter(s, &mine)) != STORE_OK)
		return r;
	if ((r = heartbeat_health(s, h, health)) == STORE_OK &&
	    (r = heartbeat_seen(s, h, health, &beats)) == STORE_OK &&
	    (r = heartbeat_next_seq(s, &seq)) == STORE_OK)
		r = heartbeat_put(s, h, (beats - 1) % HEARTBEAT_KEEP, seq);
	return store_leave(s, mine, r);
}

enum store_result
store_heartbeat_add(struct store *s, const struct heartbeat *h)
{
	enum store_result r;
	size_t written;

	if (s->backend->beats == NULL)
		return heartbeat_add_one(s, h);
	r = heartbeat_group_add(s, &h, 1, &written);
	return r == STORE_OK && written == 0 ? STORE_NONE : r;
}

enum store_result
store_heartbeat_add_many(
    struct store *s, const struct heartbeat *const *list, size_t n)
{
	enum store_result r;
	size_t written, i;
	bool mine;

	if (s->backend->beats != NULL)
		return heartbeat_group_add(s, list, n, &written);
	if ((r = store_enter(s, &mine)) != STORE_OK)
		return r;
	for (i = 0; r == STORE_OK && i < n; i++)
		if ((r = heartbeat_add_one(s, list[i])) == STORE_NONE)
			r = STORE_OK;
	return store_leave(s, mine, r);
}

#define COLUMNS \
	"h.seq, d.id, d.name, h.at, h.interval, h.addr, h.client, h.health "

static void
heartbeat_read(struct query *q, struct heartbeat *h)
{
	h->seq = query_int(q, 0);
	h->device = query_int(q, 1);
	query_text(q, 2, h->name, sizeof(h->name));
	h->at = query_int(q, 3);
	h->interval = (uint32_t)query_int(q, 4);
	query_text(q, 5, h->addr, sizeof(h->addr));
	query_text(q, 6, h->client, sizeof(h->client));
	query_text(q, 7, h->health, sizeof(h->health));
}

/* The newest n after seq, turned round to oldest first. */
static struct query *
heartbeat_select(struct store *s, int64_t device, int64_t after, unsigned int n)
{
	static const char of_all[] =
	    "SELECT * FROM (SELECT " COLUMNS
	    "FROM heartbeat h JOIN device d ON d.id = h.id / 64 "
	    "WHERE h.seq > ?1 ORDER BY h.seq DESC LIMIT ?2) newest ORDER BY 1";
	static const char of_device[] =
	    "SELECT * FROM (SELECT " COLUMNS
	    "FROM heartbeat h JOIN device d ON d.id = ?3 "
	    "WHERE h.id >= ?3 * 64 AND h.id < (?3 + 1) * 64 "
	    "AND +h.seq > ?1 ORDER BY +h.seq DESC LIMIT ?2) newest ORDER BY 1";

	const struct store_beats *own = s->backend->beats;

	if (device == 0)
		return store_select(s, own != NULL ? own->of_all : of_all,
		    STORE_ARGS(INT(after), INT(n)));
	return store_select(s, own != NULL ? own->of_device : of_device,
	    STORE_ARGS(INT(after), INT(n), INT(device)));
}

enum store_result
store_heartbeat_each(struct store *s, int64_t device, int64_t after,
    unsigned int n, int (*each)(void *, const struct heartbeat *), void *arg)
{
	struct heartbeat h;
	struct query *q;

	q = heartbeat_select(s, device, after, n);
	while (query_row(q)) {
		heartbeat_read(q, &h);
		if (each(arg, &h) != 0)
			break;
	}
	return query_end_list(s, q);
}

enum store_result
store_heartbeat_times(
    struct store *s, int64_t device, int64_t at[HEARTBEAT_KEEP], size_t *n)
{
	static const char sql[] =
	    "SELECT at FROM heartbeat WHERE id >= ?1 * 64 AND "
	    "id < (?1 + 1) * 64 ORDER BY at";
	struct query *q;

	if (s->backend->beats != NULL)
		return heartbeat_group_times(s, device, at, n);
	*n = 0;
	q = store_select(s, sql, STORE_ARGS(INT(device)));
	while (*n < HEARTBEAT_KEEP && query_row(q))
		at[(*n)++] = query_int(q, 0);
	return query_end_list(s, q);
}

enum store_result
store_seen_each(struct store *s, int64_t since,
    int (*each)(void *, int64_t device, int64_t at), void *arg)
{
	static const char sql[] =
	    "SELECT device, last_seen FROM device_seen WHERE last_seen > ?1";
	struct query *q;

	q = store_select(s, sql, STORE_ARGS(INT(since)));
	while (query_row(q))
		if (each(arg, query_int(q, 0), query_int(q, 1)) != 0)
			break;
	return query_end_list(s, q);
}
