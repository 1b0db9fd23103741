#include "config.h"

#include <string.h>

#include "beats.h"

/* The last of them count: what is full drops its oldest. */
static void
beats_add(char out[BEATS + 1], size_t *used, char beat, int64_t times)
{
	size_t n = times > BEATS ? BEATS : (size_t)times, drop = 0;

	if (*used + n > BEATS)
		drop = *used + n - BEATS;
	memmove(out, out + drop, *used - drop);
	*used -= drop;
	memset(out + *used, beat, n);
	*used += n;
	out[*used] = '\0';
}

/* What is missing between two polls, or between the last one and now. */
static int64_t
beats_missed(const struct beats *b, int64_t gap)
{
	int64_t planned = (gap + b->interval / 2) / b->interval;

	return planned > 1 ? planned - 1 : 0;
}

void
beats_write(const struct beats *b, char out[BEATS + 1])
{
	/* A device that waits on a connection tells nothing between two. */
	char missed = b->connected ? '-' : 'x';
	int64_t gap, lack;
	size_t i, used = 0;

	out[0] = '\0';
	for (i = 0; i < b->n; i++) {
		gap = i > 0 ? b->at[i] - b->at[i - 1] : 0;
		lack = beats_missed(b, gap);
		beats_add(out, &used, missed, lack);
		beats_add(out, &used,
		    !b->connected && lack == 0 && 4 * gap > 5 * b->interval
			? 'l'
			: 'o',
		    1);
	}
	if (b->n == 0 || (gap = b->now - b->at[b->n - 1]) <= 0)
		return;
	/* The poll that is due now is not missed before the next one is due. */
	beats_add(out, &used, b->connected ? 'o' : 'x',
	    b->connected ? gap / b->interval : beats_missed(b, gap));
}
