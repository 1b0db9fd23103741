#include "config.h"

#include "bucket.h"

bool
bucket_take(struct bucket *b, unsigned int most, double each_second, double now)
{
	b->taken -= (now - b->at) * each_second;
	if (b->taken < 0)
		b->taken = 0;
	b->at = now;
	if (b->taken + 1 > most)
		return false;
	b->taken++;
	return true;
}
