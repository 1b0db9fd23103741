#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "health_field.h"
#include "store_heartbeat_group.h"

#define US INT64_C(1000000)
#define GAP_MOST 86400 /* s */
/* A poll's place in the ring of times: 0, or the second modulo this, plus 1. */
#define TIMES_MODULO 65535
#define TIMES_GAP (65000 * US) /* after which the ring begins anew */
#define HOUR (3600 * US)
#define SLOTS 8 /* partitions, of an hour each */

struct beat {
	const struct heartbeat *h;
	size_t order; /* in the group */
	unsigned int round; /* the device's earlier ones in the group */
	bool known; /* the device is in the store */
	bool anew;
	int64_t interval, gap1, gap2, beats, last_seen;
	char health[HEARTBEAT_HEALTH];
};

/* --- arrays as text ------------------------------------------------------ */

struct array {
	char *text;
	size_t len, room;
	bool failed; /* out of memory */
};

static void
array_put(struct array *a, const char *bytes, size_t n)
{
	size_t room = a->len + n + 2;
	char *more;

	if (room > a->room) {
		room += room / 2;
		if ((more = realloc(a->text, room)) == NULL) {
			a->failed = true;
			return;
		}
		a->text = more;
		a->room = room;
	}
	memcpy(a->text + a->len, bytes, n);
	a->len += n;
	a->text[a->len] = '\0';
}

static void
array_number(struct array *a, int64_t number)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%s%lld", a->len > 1 ? "," : "",
	    (long long)number);

	array_put(a, text, (size_t)n);
}

static void
array_text(struct array *a, const char *text)
{
	size_t n;

	array_put(a, a->len > 1 ? ",\"" : "\"", a->len > 1 ? 2 : 1);
	for (; n = strcspn(text, "\"\\"), text[n] != '\0'; text += n + 1) {
		array_put(a, text, n);
		array_put(a, "\\", 1);
		array_put(a, text + n, 1);
	}
	array_put(a, text, n);
	array_put(a, "\"", 1);
}

static void
arrays_begin(struct array *a, size_t n)
{
	for (; n > 0; n--, a++) {
		a->len = 0;
		array_put(a, "{", 1);
	}
}

/* False: out of memory. */
static bool
arrays_end(struct array *a, size_t n)
{
	bool ok = true;

	for (; n > 0; n--, a++) {
		array_put(a, "}", 1);
		ok = ok && !a->failed;
	}
	return ok;
}

static void
arrays_free(struct array *a, size_t n)
{
	for (; n > 0; n--, a++)
		free(a->text);
}

/* --- what the devices' rows become --------------------------------------- */

/* By device, and a device's as they came. */
static int
beat_order(const void *one, const void *other)
{
	const struct beat *a = one, *b = other;

	if (a->h->device != b->h->device)
		return a->h->device < b->h->device ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t
greatest(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/*
 * The interval as heartbeat_shared_sql has it: the median of the last three
 * times between polls.
 */
static void
beat_measure(struct beat *b, const struct beat *was)
{
	int64_t gap = 0;

	if (was->last_seen > 0 && b->h->at > was->last_seen)
		gap = least(
		    greatest((b->h->at - was->last_seen + US / 2) / US, 1),
		    GAP_MOST);
	b->gap1 = gap > 0 ? gap : was->gap1;
	b->gap2 = gap > 0 ? was->gap1 : was->gap2;
	b->interval = was->interval;
	if (gap > 0 && was->gap2 > 0)
		b->interval = greatest(
		    DEVICE_INTERVAL, least(least(greatest(gap, was->gap1),
					       greatest(gap, was->gap2)),
					 greatest(was->gap1, was->gap2)));
	else if (was->gap2 == 0 && b->h->interval > 0)
		b->interval = b->h->interval;
}

/* From the device's row, or from its heartbeat before in the group. */
static void
beat_follow(struct beat *b, const struct beat *was)
{
	b->known = true;
	b->round = was->known ? was->round + 1 : 0;
	b->anew = was->last_seen > 0 && b->h->at - was->last_seen > TIMES_GAP;
	beat_measure(b, was);
	b->beats = was->beats + 1;
	health_keep_lasting(b->health, was->health);
	b->last_seen = greatest(was->last_seen, b->h->at);
}

/* row is the device's, as it is in the store; the list is by device. */
static void
beats_follow(struct beat *list, size_t n, const struct beat *row)
{
	size_t low = 0, high = n, middle;
	const struct beat *was = row;

	while (low < high) {
		middle = (low + high) / 2;
		if (list[middle].h->device < row->h->device)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < n && list[low].h->device == row->h->device; low++) {
		beat_follow(&list[low], was);
		was = &list[low];
	}
}

/* Read the rows of the group's devices. */
static enum store_result
beats_read(struct store *s, struct beat *list, size_t n)
{
	struct heartbeat h = {.device = 0};
	struct array ids = {.text = NULL};
	struct beat row = {.h = &h};
	struct query *q;
	enum store_result r;
	size_t i;

	arrays_begin(&ids, 1);
	for (i = 0; i < n; i++)
		if (i == 0 || list[i].h->device != list[i - 1].h->device)
			array_number(&ids, list[i].h->device);
	if (!arrays_end(&ids, 1)) {
		arrays_free(&ids, 1);
		return store_fail(s, STORE_FAILED, "out of memory");
	}
	q = store_select(
	    s, s->backend->beats->before, STORE_ARGS(TEXT(ids.text)));
	while (query_row(q)) {
		h.device = query_int(q, 0);
		query_text(q, 1, row.health, sizeof(row.health));
		row.interval = query_int(q, 2);
		row.gap1 = query_int(q, 3);
		row.gap2 = query_int(q, 4);
		row.beats = query_int(q, 5);
		row.last_seen = query_int(q, 6);
		beats_follow(list, n, &row);
	}
	r = query_end_list(s, q);
	arrays_free(&ids, 1);
	return r;
}

/* Write one heartbeat of each device: those of this round. */
static enum store_result
beats_seen(struct store *s, const struct beat *list, size_t n,
    unsigned int round, bool *more)
{
	struct array a[11] = {{.text = NULL}};
	enum store_result r;
	size_t i, rows = 0;

	*more = false;
	arrays_begin(a, 11);
	for (i = 0; i < n; i++) {
		const struct beat *b = &list[i];

		*more = *more || (b->known && b->round > round);
		if (!b->known || b->round != round)
			continue;
		rows++;
		array_number(&a[0], b->h->device);
		array_number(&a[1], b->beats);
		array_number(&a[2], b->last_seen);
		array_number(&a[3], b->interval);
		array_number(&a[4], b->gap1);
		array_number(&a[5], b->gap2);
		array_number(&a[6], b->anew);
		array_number(&a[7], b->h->at / US % TIMES_MODULO + 1);
		array_text(&a[8], b->h->addr);
		array_text(&a[9], b->h->client);
		array_text(&a[10], b->health);
	}
	if (!arrays_end(a, 11))
		r = store_fail(s, STORE_FAILED, "out of memory");
	else
		r = rows == 0 ? STORE_OK
			      : store_run(s, s->backend->beats->seen,
				    STORE_ARGS(TEXT(a[0].text), TEXT(a[1].text),
					TEXT(a[2].text), TEXT(a[3].text),
					TEXT(a[4].text), TEXT(a[5].text),
					TEXT(a[6].text), TEXT(a[7].text),
					TEXT(a[8].text), TEXT(a[9].text),
					TEXT(a[10].text)));
	arrays_free(a, 11);
	return r;
}

/* --- the group ------------------------------------------------------------ */

static int
beat_as_it_came(const void *one, const void *other)
{
	const struct beat *a = one, *b = other;

	return a->order < b->order ? -1 : a->order > b->order;
}

/*
 * The group's own row.  It takes the numbers of its heartbeats, which others
 * wait for until the commit: nothing is done after it that need not be.
 */
static enum store_result
beats_put(struct store *s, struct beat *list, size_t n, size_t known)
{
	const struct store_beats *sql = s->backend->beats;
	struct array a[6] = {{.text = NULL}};
	int64_t now = store_clock(s);
	enum store_result r;
	size_t i;

	qsort(list, n, sizeof(*list), beat_as_it_came);
	arrays_begin(a, 6);
	for (i = 0; i < n; i++) {
		if (!list[i].known)
			continue;
		array_number(&a[0], list[i].h->device);
		array_number(&a[1], list[i].h->at);
		array_number(&a[2], list[i].h->interval);
		array_text(&a[3], list[i].h->addr);
		array_text(&a[4], list[i].h->client);
		array_text(&a[5], list[i].h->health);
	}
	if (!arrays_end(a, 6))
		r = store_fail(s, STORE_FAILED, "out of memory");
	else
		r = store_run(s, sql->put,
		    STORE_ARGS(INT(now / HOUR % SLOTS), INT(known), INT(now),
			TEXT(a[0].text), TEXT(a[1].text), TEXT(a[2].text),
			TEXT(a[3].text), TEXT(a[4].text), TEXT(a[5].text)));
	arrays_free(a, 6);
	return r;
}

/* Once an hour: what is older than it need be. */
static enum store_result
beats_drop(struct store *s)
{
	int64_t now = store_clock(s), n;

	if (s->beats_hour == now / HOUR)
		return STORE_OK;
	s->beats_hour = now / HOUR;
	return store_one(s, s->backend->beats->drop, STORE_ARGS(INT(now)), &n);
}

static enum store_result
beats_write(struct store *s, struct beat *list, size_t n, size_t *written)
{
	enum store_result r;
	unsigned int round = 0;
	bool more = true;
	size_t i;

	qsort(list, n, sizeof(*list), beat_order);
	r = beats_read(s, list, n);
	for (i = 0; i < n; i++)
		*written += list[i].known;
	for (; r == STORE_OK && more; round++)
		r = beats_seen(s, list, n, round, &more);
	if (r == STORE_OK)
		r = beats_drop(s);
	if (r == STORE_OK && *written > 0)
		r = beats_put(s, list, n, *written);
	return r;
}

enum store_result
heartbeat_group_add(struct store *s, const struct heartbeat *const *list,
    size_t n, size_t *written)
{
	struct beat *beats;
	enum store_result r;
	bool mine;
	size_t i;

	*written = 0;
	if ((beats = calloc(n > 0 ? n : 1, sizeof(*beats))) == NULL)
		return store_fail(s, STORE_FAILED, "out of memory");
	for (i = 0; i < n; i++) {
		beats[i].h = list[i];
		beats[i].order = i;
		memcpy(beats[i].health, list[i]->health, HEARTBEAT_HEALTH);
	}
	if ((r = store_enter(s, &mine)) == STORE_OK)
		r = store_leave(s, mine, beats_write(s, beats, n, written));
	free(beats);
	return r;
}

/* --- the ring of times ----------------------------------------------------- */

/* From the newest back; each is the last second of its remainder. */
static size_t
times_decode(const uint8_t ring[2 * HEARTBEAT_KEEP], int64_t beats,
    int64_t last_seen, int64_t at[HEARTBEAT_KEEP])
{
	int64_t t = last_seen / US, back;
	size_t n, i;
	int64_t value;

	for (n = 0; n < HEARTBEAT_KEEP && (int64_t)n < beats; n++) {
		i = (size_t)((beats - 1 - (int64_t)n) % HEARTBEAT_KEEP);
		value = ring[2 * i] * 256 + ring[2 * i + 1];
		if (value == 0)
			break;
		back = (t - (value - 1)) % TIMES_MODULO;
		t -= back < 0 ? back + TIMES_MODULO : back;
		at[n] = t == last_seen / US ? last_seen : t * US;
	}
	return n;
}

enum store_result
heartbeat_group_times(
    struct store *s, int64_t device, int64_t at[HEARTBEAT_KEEP], size_t *n)
{
	uint8_t ring[2 * HEARTBEAT_KEEP] = {0};
	struct query *q;
	int64_t swap;
	size_t i;

	*n = 0;
	q = store_select(s, s->backend->beats->times, STORE_ARGS(INT(device)));
	if (query_row(q)) {
		query_blob(q, 0, ring, sizeof(ring));
		*n = times_decode(ring, query_int(q, 1), query_int(q, 2), at);
	}
	for (i = 0; i < *n / 2; i++) {
		swap = at[i];
		at[i] = at[*n - 1 - i];
		at[*n - 1 - i] = swap;
	}
	return query_end_list(s, q);
}
