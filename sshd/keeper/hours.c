#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hours_part.h"

#define US INT64_C(1000000)
#define NOTES_MOST 1000 /* that wait */

struct hours *
hours_new(int64_t now)
{
	struct hours *h;

	if ((h = calloc(1, sizeof(*h))) == NULL)
		return NULL;
	h->done = now / US;
	h->notes_end = &h->notes;
	h->may_note = HISTORY_NOTES;
	return h;
}

void
hours_free(struct hours *h)
{
	struct hours_block *b;
	struct hours_note *n;
	size_t i, k;

	if (h == NULL)
		return;
	for (i = 0; i < SLOTS; i++)
		while ((b = h->slot[i]) != NULL) {
			h->slot[i] = b->next;
			for (k = 0; k < HISTORY_BLOCK; k++)
				free(b->of[k]);
			free(b);
		}
	while ((n = h->notes) != NULL) {
		h->notes = n->next;
		free(n);
	}
	free(h);
}

/* The place of the device; NULL: out of memory. */
static struct running **
hours_place(struct hours *h, int64_t device)
{
	struct hours_block **slot = &h->slot[history_slot(device)], *b;
	int64_t number = device / HISTORY_BLOCK;

	for (b = *slot; b != NULL && b->number != number; b = b->next)
		;
	if (b == NULL) {
		if ((b = calloc(1, sizeof(*b))) == NULL)
			return NULL;
		b->number = number;
		b->next = *slot;
		*slot = b;
	}
	return &b->of[device % HISTORY_BLOCK];
}

static struct running **
hours_get(struct hours *h, int64_t device, int64_t at)
{
	struct running **place = hours_place(h, device), *r;

	if (place == NULL ||
	    (*place == NULL && (*place = calloc(1, sizeof(**place))) == NULL))
		return NULL;
	r = *place;
	if (r->polls == 0 && r->bytes_in == 0 && r->bytes_out == 0)
		r->hour = history_hour(device, at);
	return place;
}

/* --- numbers ---------------------------------------------------------------- */

bool
hours_number(
    const char *key, const char *value, double *number, unsigned int *decimals)
{
	const struct health_field *f = health_field_find(key);
	const char *p = value + (*value == '-');
	size_t whole = strspn(p, "0123456789");

	*decimals = 0;
	if ((f != NULL && f->kind == HEALTH_TEXT) || whole == 0)
		return false;
	p += whole;
	if (*p == '.')
		*decimals = (unsigned int)strspn(++p, "0123456789");
	if (p[*decimals] != '\0')
		return false;
	if (*decimals > 3)
		*decimals = 3;
	*number = strtod(value, NULL);
	return true;
}

bool
hours_text(const char *key, const char *value)
{
	const struct health_field *f = health_field_find(key);
	unsigned int decimals;
	double number;

	return *value != '\0' && (f == NULL || f->lasting) &&
	       !hours_number(key, value, &number, &decimals);
}

static struct running_number *
running_get(struct running **place, const char *key)
{
	struct running *r = *place;
	struct running_number *n;
	unsigned int i;

	for (i = 0; i < r->fields; i++)
		if (strncmp(r->number[i].key, key, sizeof(n->key)) == 0)
			return &r->number[i];
	if (r->fields == HISTORY_FIELDS)
		return NULL;
	r = realloc(
	    r, sizeof(*r) + (r->fields + 1U) * sizeof(struct running_number));
	if (r == NULL)
		return NULL;
	*place = r;
	n = &r->number[r->fields++];
	memset(n, 0, sizeof(*n));
	memcpy(n->key, key, strnlen(key, sizeof(n->key)));
	return n;
}

static void
running_take(struct running_number *n, double value, unsigned int decimals)
{
	float f = (float)value;

	if (n->n == UINT16_MAX)
		return;
	n->n++;
	n->mean += (value - n->mean) / n->n;
	if (n->n == 1 || f < n->least)
		n->least = f;
	if (n->n == 1 || f > n->most)
		n->most = f;
	if (decimals > n->decimals)
		n->decimals = (uint8_t)decimals;
}

/* --- a heartbeat ------------------------------------------------------------- */

struct take {
	struct running **place;
	uint32_t texts; /* 0: the poll has none */
};

/* FNV-1a, with the NUL. */
static uint32_t
texts_add(uint32_t hash, const char *text)
{
	do
		hash = (hash ^ (uint8_t)*text) * 16777619U;
	while (*text++ != '\0');
	return hash;
}

static int
take_field(void *arg, const char *key, const char *value)
{
	struct running_number *n;
	struct take *t = arg;
	unsigned int decimals;
	double number;

	if (hours_text(key, value))
		t->texts = texts_add(texts_add(t->texts, key), value);
	else if (hours_number(key, value, &number, &decimals) &&
		 (n = running_get(t->place, key)) != NULL)
		running_take(n, number, decimals);
	return 0;
}

/* What cannot be noted now is still another text at the next heartbeat. */
static void
hours_note(struct hours *h, struct running *r, int set, uint32_t hash,
    const struct msg_heartbeat *m)
{
	struct hours_note *n;

	if (hash == 0 || r->hash[set] == hash || r->noted >> set & 1 ||
	    h->may_note == 0 || h->nnotes == NOTES_MOST ||
	    (n = malloc(sizeof(*n))) == NULL)
		return;
	n->next = NULL;
	n->beat = *m;
	*h->notes_end = n;
	h->notes_end = &n->next;
	h->nnotes++;
	h->may_note--;
	r->hash[set] = hash;
	r->noted |= (uint8_t)(1 << set);
}

int
hours_heartbeat(struct hours *h, const struct msg_heartbeat *m)
{
	struct take t = {.place = hours_get(h, m->device, m->at)};

	if (t.place == NULL)
		return -1;
	health_each(m->health, take_field, &t);
	(*t.place)->polls += (*t.place)->polls < UINT16_MAX;
	hours_note(h, *t.place, HISTORY_PLACE,
	    texts_add(texts_add(1, m->client), m->addr), m);
	hours_note(h, *t.place, HISTORY_HEALTH, t.texts, m);
	return 0;
}

int
hours_session_end(struct hours *h, const struct msg_session_end *m, int64_t now)
{
	struct running **place;

	if (m->device <= 0 || (m->bytes_in == 0 && m->bytes_out == 0))
		return 0;
	if ((place = hours_get(h, m->device, now)) == NULL)
		return -1;
	(*place)->bytes_in += m->bytes_in;
	(*place)->bytes_out += m->bytes_out;
	return 0;
}
