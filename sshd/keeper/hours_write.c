#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hours_part.h"

#define US INT64_C(1000000)

void
hours_last(struct hours *h, int64_t now)
{
	h->ends = true;
	h->done = now / US - SLOTS;
}

bool
hours_ends(const struct hours *h)
{
	return h->ends;
}

/* The first second that is not done: an hour back at most. */
static int64_t
hours_first(const struct hours *h, int64_t now)
{
	/* The clock was set back. */
	if (h->done > now)
		return now;
	return (now - h->done > SLOTS ? now - SLOTS : h->done) + 1;
}

bool
hours_due(const struct hours *h, int64_t now)
{
	int64_t at;

	if (h->notes != NULL)
		return true;
	for (at = hours_first(h, now / US); at <= now / US; at++)
		if (h->slot[at % SLOTS] != NULL)
			return true;
	return false;
}

/* --- figures --------------------------------------------------------------- */

static void
hour_fill(struct hour *h, int64_t device, const struct running *r)
{
	const struct running_number *n = r->number;
	struct hour_field *f;
	unsigned int i;

	h->device = device;
	h->number = r->hour;
	h->polls = r->polls;
	h->bytes_in = r->bytes_in;
	h->bytes_out = r->bytes_out;
	h->fields = 0;
	for (i = 0; i < r->fields; i++, n++) {
		if (n->n == 0)
			continue;
		f = &h->field[h->fields++];
		memset(f, 0, sizeof(*f));
		memcpy(f->key, n->key, sizeof(n->key));
		f->decimals = n->decimals;
		f->least = (double)n->least;
		f->mean = n->mean;
		f->most = (double)n->most;
	}
}

/* Write one device if its hour is over at this second; a silent one is freed. */
static enum store_result
hours_write_one(struct hours *h, struct store *s, int64_t at, int64_t device,
    struct running **place)
{
	struct running *r = *place;
	enum store_result result;
	struct hour hour;

	if (r->polls == 0 && r->bytes_in == 0 && r->bytes_out == 0) {
		free(r);
		*place = NULL;
		return STORE_OK;
	}
	if (!h->ends && r->hour == history_hour(device, at * US))
		return STORE_OK;
	hour_fill(&hour, device, r);
	result = store_series_add(s, &hour);
	if (result != STORE_OK && result != STORE_NONE)
		return result;
	h->written[h->nwritten++] = place;
	return STORE_OK;
}

static enum store_result
hours_write_slot(struct hours *h, struct store *s, int64_t at)
{
	struct hours_block *b;
	enum store_result r;
	int i;

	for (b = h->slot[at % SLOTS]; b != NULL; b = b->next)
		for (i = 0; i < HISTORY_BLOCK; i++) {
			if (b->of[i] == NULL)
				continue;
			if (h->nwritten == HISTORY_ROWS)
				return STORE_OK;
			r = hours_write_one(
			    h, s, at, b->number * HISTORY_BLOCK + i, &b->of[i]);
			if (r != STORE_OK)
				return r;
		}
	return STORE_OK;
}

/* --- texts ----------------------------------------------------------------- */

struct noting {
	struct store *store;
	const struct msg_heartbeat *beat;
	enum store_result result;
};

static int
note_text(void *arg, const char *name, const char *value)
{
	struct noting *n = arg;

	if (!hours_text(name, value))
		return 0;
	n->result = store_inventory_note(
	    n->store, n->beat->device, n->beat->at, name, value);
	return n->result != STORE_OK;
}

/* A device does not say what the server sees of it. */
static int
note_told(void *arg, const char *key, const char *value)
{
	return strcmp(key, "client") == 0 || strcmp(key, "addr") == 0
		   ? 0
		   : note_text(arg, key, value);
}

static enum store_result
hours_write_notes(struct hours *h, struct store *s)
{
	struct noting n = {.store = s};
	const struct hours_note *note = h->notes;

	for (; note != NULL && h->notes_written < HISTORY_NOTES;
	     note = note->next, h->notes_written++) {
		n.beat = &note->beat;
		if (note_text(&n, "client", note->beat.client) != 0 ||
		    note_text(&n, "addr", note->beat.addr) != 0 ||
		    health_each(note->beat.health, note_told, &n) != 0)
			return n.result;
	}
	return STORE_OK;
}

/* ----------------------------------------------------------------------------- */

enum store_result
hours_write(struct hours *h, struct store *s, int64_t now)
{
	enum store_result r;
	int64_t at;

	h->nwritten = h->notes_written = 0;
	h->upto = now / US;
	if ((r = hours_write_notes(h, s)) != STORE_OK)
		return r;
	for (at = hours_first(h, now / US); at <= now / US; at++) {
		if ((r = hours_write_slot(h, s, at)) != STORE_OK)
			return r;
		if (h->nwritten == HISTORY_ROWS) {
			/* The rest of this slot is next. */
			h->upto = at - 1;
			break;
		}
	}
	return STORE_OK;
}

static void
running_clear(struct running *r)
{
	unsigned int i;

	r->bytes_in = r->bytes_out = 0;
	r->polls = 0;
	r->noted = 0;
	for (i = 0; i < r->fields; i++) {
		r->number[i].n = 0;
		r->number[i].mean = 0;
		r->number[i].decimals = 0;
	}
}

void
hours_written(struct hours *h)
{
	struct hours_note *n;
	size_t i;

	for (i = 0; i < h->nwritten; i++)
		running_clear(*h->written[i]);
	for (; h->notes_written > 0 && (n = h->notes) != NULL;
	     h->notes_written--) {
		if ((h->notes = n->next) == NULL)
			h->notes_end = &h->notes;
		h->nnotes--;
		free(n);
	}
	h->nwritten = 0;
	if (h->upto != 0)
		h->done = h->upto;
	h->upto = 0;
	h->may_note = HISTORY_NOTES;
}
