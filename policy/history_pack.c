#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "history_pack.h"

#define FORMAT 1
#define VALUE_MOST 1e12 /* scaled: larger ones are cut down to it */
#define ORDER_MOST 42U
#define BITS_ORDER 6
#define BITS_HOURS 24
#define ALL_HOURS ((1U << HISTORY_HOURS) - 1)

/* --- bits ------------------------------------------------------------ */

struct bits {
	uint8_t *out; /* NULL: they are only counted */
	const uint8_t *in;
	size_t at;
	size_t end;
	bool over; /* read past the end */
};

static void
bits_put(struct bits *b, uint64_t value, unsigned int n)
{
	size_t at = b->at;

	b->at += n;
	if (b->out == NULL)
		return;
	for (; n > 0; n--, at++)
		if (value >> (n - 1) & 1)
			b->out[at / 8] |= (uint8_t)(0x80 >> at % 8);
}

static uint64_t
bits_get(struct bits *b, unsigned int n)
{
	uint64_t value = 0;

	if (n > b->end - b->at) {
		b->over = true;
		return 0;
	}
	for (; n > 0; n--, b->at++)
		value = value << 1 | (b->in[b->at / 8] >> (7 - b->at % 8) & 1);
	return value;
}

static unsigned int
bits_length(uint64_t value)
{
	return value == 0 ? 0 : 64U - (unsigned int)__builtin_clzll(value);
}

static unsigned int
golomb_bits(uint64_t value, unsigned int order)
{
	return 2 * bits_length(value + (UINT64_C(1) << order)) - order - 1;
}

static void
golomb_put(struct bits *b, uint64_t value, unsigned int order)
{
	unsigned int n = bits_length(value + (UINT64_C(1) << order));

	bits_put(b, 0, n - order - 1);
	bits_put(b, value + (UINT64_C(1) << order), n);
}

static uint64_t
golomb_get(struct bits *b, unsigned int order)
{
	unsigned int n = order;

	while (!b->over && n < 62 && bits_get(b, 1) == 0)
		n++;
	return (UINT64_C(1) << n | bits_get(b, n)) - (UINT64_C(1) << order);
}

/* --- a series of numbers ---------------------------------------------- */

static uint64_t
series_fold(int64_t n)
{
	return n < 0 ? ((uint64_t)-n << 1) - 1 : (uint64_t)n << 1;
}

static int64_t
series_unfold(uint64_t n)
{
	return n & 1 ? -(int64_t)((n + 1) >> 1) : (int64_t)(n >> 1);
}

struct series {
	size_t n;
	uint64_t value[HISTORY_HOURS];
};

/* The order with which the series takes the fewest bits. */
static unsigned int
series_order(const struct series *s, size_t *bits)
{
	unsigned int order, best = 0, most = 0;
	size_t i, n;

	for (i = 0; i < s->n; i++)
		if (bits_length(s->value[i]) > most)
			most = bits_length(s->value[i]);
	*bits = SIZE_MAX;
	for (order = 0; order <= most && order <= ORDER_MOST; order++) {
		for (i = n = 0; i < s->n && n < *bits; i++)
			n += golomb_bits(s->value[i], order);
		if (n < *bits) {
			*bits = n;
			best = order;
		}
	}
	return best;
}

static void
series_put(struct bits *b, const struct series *s)
{
	size_t i, bits;
	unsigned int order = series_order(s, &bits);

	bits_put(b, order, BITS_ORDER);
	if (b->out == NULL) {
		b->at += bits;
		return;
	}
	for (i = 0; i < s->n; i++)
		golomb_put(b, s->value[i], order);
}

/* --- a field ----------------------------------------------------------- */

static void
field_series(const struct day_field *f, struct series of[3])
{
	int64_t last = 0;
	unsigned int h;
	size_t n = 0;

	for (h = 0; h < HISTORY_HOURS; h++) {
		if ((f->hours >> h & 1) == 0)
			continue;
		of[0].value[n] = series_fold(f->value[h].mean - last);
		of[1].value[n] = (uint64_t)f->value[h].below;
		of[2].value[n++] = (uint64_t)f->value[h].above;
		last = f->value[h].mean;
	}
	of[0].n = of[1].n = of[2].n = n;
}

static void
field_put(struct bits *b, const struct day_field *f, uint32_t hours)
{
	struct series of[3];
	const char *c;

	bits_put(b, strlen(f->key), 4);
	for (c = f->key; *c != '\0'; c++)
		bits_put(b, (uint8_t)*c, 8);
	bits_put(b, f->decimals, 2);
	bits_put(b, f->ranged, 1);
	bits_put(b, f->hours == hours, 1);
	if (f->hours != hours)
		bits_put(b, f->hours, BITS_HOURS);
	field_series(f, of);
	series_put(b, &of[0]);
	if (!f->ranged)
		return;
	series_put(b, &of[1]);
	series_put(b, &of[2]);
}

static void
field_get_series(struct bits *b, struct day_field *f)
{
	unsigned int which, order, h;
	int64_t last = 0;
	uint64_t n;

	for (which = 0; which < (f->ranged ? 3U : 1U); which++) {
		if ((order = (unsigned int)bits_get(b, BITS_ORDER)) >
		    ORDER_MOST)
			b->over = true;
		for (h = 0; h < HISTORY_HOURS && !b->over; h++) {
			if ((f->hours >> h & 1) == 0)
				continue;
			n = golomb_get(b, order);
			if (n > (uint64_t)(4 * VALUE_MOST))
				b->over = true;
			else if (which == 0)
				f->value[h].mean = last += series_unfold(n);
			else if (which == 1)
				f->value[h].below = (int64_t)n;
			else
				f->value[h].above = (int64_t)n;
		}
	}
}

static void
field_get(struct bits *b, struct day_field *f, uint32_t hours)
{
	uint64_t i, len = bits_get(b, 4);

	if (len == 0 || len >= sizeof(f->key)) {
		b->over = true;
		return;
	}
	for (i = 0; i < len; i++)
		f->key[i] = (char)bits_get(b, 8);
	f->decimals = (unsigned int)bits_get(b, 2);
	f->ranged = bits_get(b, 1) != 0;
	f->hours =
	    bits_get(b, 1) != 0 ? hours : (uint32_t)bits_get(b, BITS_HOURS);
	field_get_series(b, f);
}

/* --- a day --------------------------------------------------------------- */

static size_t
field_bits(const struct day_field *f, uint32_t hours)
{
	struct bits b = {.out = NULL};

	field_put(&b, f, hours);
	return b.at;
}

/*
 * What is dropped is told by the header.  No field stands behind one that is
 * dropped, so that the bits of the others stay.
 */
static void
day_fit(struct day *d)
{
	size_t ranged[HISTORY_FIELDS], bare[HISTORY_FIELDS] = {0}, bits = 8 + 5;
	struct day_field *f = d->field;
	unsigned int i;

	for (i = 0; i < d->fields; i++) {
		uint32_t hours = i > 0 ? f[i - 1].hours : ALL_HOURS;
		bool is = f[i].ranged;

		ranged[i] = field_bits(&f[i], hours);
		f[i].ranged = false;
		bare[i] = is ? field_bits(&f[i], hours) : ranged[i];
		f[i].ranged = is;
		bits += ranged[i];
	}
	for (i = d->fields; i > 0 && bits > HISTORY_PACKED * 8; i--) {
		f[i - 1].ranged &= ranged[i - 1] == bare[i - 1];
		bits -= ranged[i - 1] - bare[i - 1];
	}
	while (bits > HISTORY_PACKED * 8)
		bits -= bare[--d->fields];
}

size_t
day_pack(struct day *d, uint8_t out[HISTORY_PACKED])
{
	struct bits b = {.out = out};
	unsigned int i;

	day_fit(d);
	memset(out, 0, HISTORY_PACKED);
	bits_put(&b, FORMAT, 8);
	bits_put(&b, d->fields, 5);
	for (i = 0; i < d->fields; i++)
		field_put(&b, &d->field[i],
		    i > 0 ? d->field[i - 1].hours : ALL_HOURS);
	return (b.at + 7) / 8;
}

int
day_unpack(struct day *d, const uint8_t *bytes, size_t len)
{
	struct bits b = {.in = bytes, .end = len * 8};
	unsigned int i, n;

	memset(d, 0, sizeof(*d));
	if (bits_get(&b, 8) != FORMAT)
		return -1;
	n = (unsigned int)bits_get(&b, 5);
	for (i = 0; i < n && i < HISTORY_FIELDS && !b.over; i++)
		field_get(&b, &d->field[i],
		    i > 0 ? d->field[i - 1].hours : ALL_HOURS);
	if (b.over || n > HISTORY_FIELDS) {
		memset(d, 0, sizeof(*d));
		return -1;
	}
	d->fields = n;
	return 0;
}

/* --- figures --------------------------------------------------------------- */

/* The place of a key in the order of the header. */
static unsigned int
key_rank(const char *key)
{
	static const char *const first[] = {
	    "mem", "load", "temp", "sig", "memt"};
	unsigned int i, n = sizeof(first) / sizeof(first[0]);

	for (i = 0; i < n; i++)
		if (strcmp(key, first[i]) == 0)
			return i;
	return strcmp(key, "up") == 0 ? n + 1 : n;
}

static int
key_compare(const char *a, const char *b)
{
	unsigned int i = key_rank(a), j = key_rank(b);

	return i != j ? (i < j ? -1 : 1) : strcmp(a, b);
}

/* The field of this key; NULL: a day has no room for it. */
static struct day_field *
day_field_get(struct day *d, const char *key)
{
	struct day_field *f = d->field;
	unsigned int i;
	int c = 1;

	for (i = 0; i < d->fields; i++, f++)
		if ((c = key_compare(f->key, key)) >= 0)
			break;
	if (i < d->fields && c == 0)
		return f;
	if (i == HISTORY_FIELDS)
		return NULL;
	if (d->fields < HISTORY_FIELDS)
		d->fields++;
	memmove(f + 1, f, (d->fields - i - 1) * sizeof(*f));
	memset(f, 0, sizeof(*f));
	snprintf(f->key, sizeof(f->key), "%s", key);
	f->ranged = true;
	return f;
}

static const double scales[] = {1, 10, 100, 1000};

static int64_t
value_round(double n)
{
	return (int64_t)(n < 0 ? n - 0.5 : n + 0.5);
}

static int64_t
value_scale(double n, unsigned int decimals)
{
	n *= scales[decimals];
	if (!(n < VALUE_MOST))
		n = VALUE_MOST;
	if (n < -VALUE_MOST)
		n = -VALUE_MOST;
	return value_round(n);
}

static void
field_rescale(struct day_field *f, unsigned int decimals)
{
	struct day_value *v = f->value;
	unsigned int h;

	for (; f->decimals < decimals; f->decimals++)
		for (h = 0; h < HISTORY_HOURS; h++) {
			v[h].mean = value_scale((double)v[h].mean, 1);
			v[h].below = value_scale((double)v[h].below, 1);
			v[h].above = value_scale((double)v[h].above, 1);
		}
}

static int64_t
value_clip(int64_t n)
{
	return n < 0 ? 0 : n;
}

/* Join new into value, which is of so many polls. */
static void
value_join(struct day_value *value, const struct day_value *new,
    unsigned int before, unsigned int polls)
{
	int64_t least = value->mean - value->below,
		most = value->mean + value->above;

	if (new->mean - new->below < least)
		least = new->mean - new->below;
	if (new->mean + new->above > most)
		most = new->mean + new->above;
	value->mean = value_round(
	    ((double)value->mean * before + (double)new->mean *polls) /
	    ((double)before + polls));
	value->below = value_clip(value->mean - least);
	value->above = value_clip(most - value->mean);
}

static void
day_add_field(struct day *d, unsigned int h, const struct hour_field *of,
    unsigned int polls, unsigned int before)
{
	struct day_field *f = day_field_get(d, of->key);
	struct day_value value;

	if (f == NULL)
		return;
	field_rescale(f, of->decimals > 3 ? 3 : of->decimals);
	value.mean = value_scale(of->mean, f->decimals);
	value.below =
	    value_clip(value.mean - value_scale(of->least, f->decimals));
	value.above =
	    value_clip(value_scale(of->most, f->decimals) - value.mean);
	if (before > 0 && f->hours >> h & 1)
		value_join(&f->value[h], &value, before, polls);
	else
		f->value[h] = value;
	f->hours |= 1U << h;
}

void
day_add(struct day *d, unsigned int h, const struct hour *hour,
    unsigned int polls_before)
{
	unsigned int i;

	for (i = 0; i < hour->fields; i++)
		day_add_field(d, h, &hour->field[i], hour->polls, polls_before);
}

bool
day_point(const struct day_field *f, unsigned int h, struct point *p)
{
	const struct day_value *v = &f->value[h];
	double scale = scales[f->decimals];

	if ((f->hours >> h & 1) == 0)
		return false;
	p->key = f->key;
	p->ranged = f->ranged;
	p->mean = (double)v->mean / scale;
	p->least = (double)(v->mean - v->below) / scale;
	p->most = (double)(v->mean + v->above) / scale;
	return true;
}
