/*
 * A device's last polls as a string, one character for each planned poll, the
 * oldest first: 'o' it was there, 'l' it was late, 'x' it was missed, '-' not
 * known.
 */
#ifndef BEATS_H
#define BEATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BEATS 60

struct beats {
	const int64_t	*at;		/* its polls, us, oldest first */
	size_t		n;
	int64_t		interval;	/* us between two, as planned; > 0 */
	bool		connected;	/* it holds a connection now */
	int64_t		now;
};

/* Write the newest BEATS of them; "" for a device that never polled. */
void	beats_write(const struct beats *, char out[BEATS + 1]);

#endif
