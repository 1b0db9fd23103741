#include "config.h"

#include <stdlib.h>

#include "alert_list.h"
#include "alert_often.h"
#include "bucket.h"
#include "clock.h"

#define FORGOTTEN (ALERT_OFTEN / ALERT_OFTEN_RATE) /* s: all are given back */

struct alert_often {
	int64_t device;
	struct bucket taken;
	UT_hash_handle hh;
};

static struct alert_often *
often_get(struct alerts *as, int64_t device)
{
	struct alert_often *o;

	HASH_FIND(hh, as->often, &device, sizeof(device), o);
	if (o != NULL || (o = calloc(1, sizeof(*o))) == NULL)
		return o;
	o->device = device;
	HASH_ADD(hh, as->often, device, sizeof(o->device), o);
	if (o->hh.tbl != NULL)
		return o;
	free(o);
	return NULL;
}

bool
alert_often_take(struct alerts *as, int64_t device)
{
	struct alert_often *o = often_get(as, device);

	return o != NULL && bucket_take(&o->taken, ALERT_OFTEN,
				ALERT_OFTEN_RATE, clock_now());
}

static void
often_drop(struct alerts *as, struct alert_often *o)
{
	HASH_DEL(as->often, o);
	free(o);
}

void
alert_often_sweep(struct alerts *as)
{
	double before = clock_now() - FORGOTTEN;
	struct alert_often *o, *tmp;

	HASH_ITER(hh, as->often, o, tmp)
		if (o->taken.at <= before)
			often_drop(as, o);
}

void
alert_often_free(struct alerts *as)
{
	struct alert_often *o, *tmp;

	HASH_ITER(hh, as->often, o, tmp)
		often_drop(as, o);
}
