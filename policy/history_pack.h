/*
 * A device's day of figures, and its packed form of HISTORY_PACKED bytes at
 * most.  Of a number there are for each hour its mean, as the difference to the
 * hour before, and the distances of least and most from it, each as an
 * exponential Golomb code of the order that suits the day.
 *
 * Fields stand in the order mem, load, temp, sig, memt, all others by their
 * keys, up.  What does not fit is dropped: first the least and most of the last
 * field, of the one before it, and so on, then the last field as a whole, then
 * the one before it.
 */
#ifndef HISTORY_PACK_H
#define HISTORY_PACK_H

#include "history.h"

struct day_value {
	int64_t		mean;
	int64_t		below;		/* mean - least */
	int64_t		above;		/* most - mean */
};

struct day_field {
	char		key[HISTORY_KEY];
	unsigned int	decimals;	/* values are 10^decimals too large */
	bool		ranged;		/* below and above are known */
	uint32_t	hours;		/* bit h: there is a value of hour h */
	struct day_value value[HISTORY_HOURS];
};

struct day {
	unsigned int	fields;
	struct day_field field[HISTORY_FIELDS];
};

/*
 * Add the figures of hour h (0 to 23) to the day.  Those that are there of the
 * same hour are of polls_before polls and joined with them; 0: replaced.
 */
void	day_add(struct day *, unsigned int h, const struct hour *,
    unsigned int polls_before);

/* Pack the day, less what does not fit; returns the number of bytes. */
size_t	day_pack(struct day *, uint8_t out[HISTORY_PACKED]);
/* Returns 0, or -1: the bytes are no packed day, and the day is empty. */
int	day_unpack(struct day *, const uint8_t *bytes, size_t len);

/* The numbers of hour h; false: there are none. */
bool	day_point(const struct day_field *, unsigned int h, struct point *);

#endif
