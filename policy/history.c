#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "history.h"

#define US INT64_C(1000000)
#define HOUR 3600

unsigned int
history_slot(int64_t device)
{
	return (unsigned int)((uint64_t)device / HISTORY_BLOCK % HOUR);
}

int64_t
history_hour(int64_t device, int64_t at)
{
	return (at / US - (int64_t)history_slot(device)) / HOUR;
}

const char *
span_end_name(enum span_end why)
{
	static const char *const names[] = {[SPAN_OPEN] = "",
	    [SPAN_LATE] = "late",
	    [SPAN_LEFT] = "left",
	    [SPAN_SERVER] = "server"};

	return (size_t)why < sizeof(names) / sizeof(names[0]) ? names[why]
							      : "?";
}

const char *
outage_why_name(enum outage_why why)
{
	static const char *const names[] = {[OUTAGE_STOPPED] = "stopped",
	    [OUTAGE_KILLED] = "killed",
	    [OUTAGE_PAUSED] = "paused"};

	return why > 0 && (size_t)why < sizeof(names) / sizeof(names[0])
		   ? names[why]
		   : "?";
}

void
outages_add(struct outages *all, const struct outage *o, int64_t now)
{
	struct outage *last = all->n > 0 ? &all->list[all->n - 1] : NULL, *new;
	int64_t until = o->until == 0 ? now : o->until;

	if (last != NULL && o->since <= last->until) {
		if (until > last->until)
			last->until = until;
		return;
	}
	if (until < o->since || all->n == HISTORY_OUTAGES)
		return;
	all->before[all->n] =
	    last == NULL ? 0
			 : all->before[all->n - 1] + last->until - last->since;
	new = &all->list[all->n++];
	*new = *o;
	new->until = until;
}

/* us of all absences before this time. */
static int64_t
outages_before(const struct outages *all, int64_t at)
{
	size_t low = 0, high = all->n, middle;
	const struct outage *o;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (all->list[middle].since < at)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return 0;
	o = &all->list[low - 1];
	return all->before[low - 1] + (at < o->until ? at : o->until) -
	       o->since;
}

int64_t
outages_within(const struct outages *all, int64_t from, int64_t until)
{
	return until > from
		   ? outages_before(all, until) - outages_before(all, from)
		   : 0;
}

/* us of [from, until) in which the server was there. */
static int64_t
presence_heard(const struct outages *all, int64_t from, int64_t until)
{
	return until > from ? until - from - outages_within(all, from, until)
			    : 0;
}

static void
presence_gap(
    struct presence *p, const struct outages *all, int64_t from, int64_t until)
{
	int64_t gap = presence_heard(all, from, until);

	if (gap <= 0)
		return;
	p->absent += gap;
	p->absences++;
	if (gap > p->longest)
		p->longest = gap;
}

/* The absence within a joined span counts by its part in [from, until). */
static void
presence_span(struct presence *p, const struct outages *all,
    const struct span *s, int64_t from, int64_t until)
{
	int64_t since = s->since > from ? s->since : from;
	int64_t end = s->until == 0 || s->until > until ? until : s->until;
	int64_t heard = presence_heard(all, since, end), gone = 0;

	if (s->gone > 0 && s->until > s->since && end > since) {
		gone = (int64_t)((double)s->gone * (double)(end - since) /
				 (double)(s->until - s->since));
		if (gone > heard)
			gone = heard;
		p->absences += gone > 0;
		p->absent += gone;
	}
	p->present += heard - gone;
	p->end = end > since ? end : since;
	p->here = s->until == 0;
}

void
presence_add(struct presence *p, const struct outages *all,
    const struct span *s, int64_t from, int64_t until)
{
	if (s->since >= until)
		return;
	if (p->from == 0)
		p->from = s->since > from ? s->since : from;
	else
		presence_gap(p, all, p->end, s->since);
	if (s->until != 0 && s->until <= from) {
		p->end = from;
		p->here = false;
	} else
		presence_span(p, all, s, from, until);
}

void
presence_finish(
    struct presence *p, const struct outages *all, int64_t from, int64_t until)
{
	if (p->from == 0)
		return;
	presence_gap(p, all, p->end > from ? p->end : from, until);
	p->end = until;
}

double
presence_share(const struct presence *p)
{
	int64_t all = p->present + p->absent;

	return p->from == 0 || all <= 0 ? -1 : (double)p->present / (double)all;
}

int
history_parse(const char *text)
{
	char *end;
	long n;

	if (*text < '0' || *text > '9')
		return -1;
	n = strtol(text, &end, 10);
	if (*end == 'd')
		end++;
	return *end != '\0' || n > HISTORY_DAYS_MAX ? -1 : (int)n;
}

int64_t
history_parse_since(const char *text)
{
	char *end;
	int64_t n, unit;

	if (*text < '0' || *text > '9')
		return -1;
	n = strtol(text, &end, 10);
	unit = *end == 'm' ? 60 : *end == 'h' ? HOUR : *end == 'd' ? 86400 : 0;
	if (unit == 0 || end[1] != '\0' ||
	    n > HISTORY_DAYS_MAX * INT64_C(86400) / unit)
		return -1;
	return n * unit * US;
}
