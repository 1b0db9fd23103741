/*
 * A token bucket: a burst of events, and a rate after that.
 */
#ifndef BUCKET_H
#define BUCKET_H

#include <stdbool.h>

struct bucket { /* zeroes: nothing was taken yet */
	double taken;
	double at; /* when that was counted, s */
};

/*
 * Take one at time now (seconds, monotonic); false when that would be more
 * than most in a row with each_second of them given back.
 */
bool bucket_take(
    struct bucket *, unsigned int most, double each_second, double now);

#endif
