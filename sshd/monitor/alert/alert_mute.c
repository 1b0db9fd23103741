#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "alert_list.h"
#include "alert_mute.h"
#include "clock.h"
#include "directory.h"
#include "monitor.h"
#include "msg.h"

struct alert_mute_rule {
	struct alert_mute mute;
	bool stale; /* of a load under way: not heard of yet */
	struct alert_mute_rule *prev, *next;
};

static void
mute_drop(struct alerts *as, struct alert_mute_rule *r)
{
	DL_DELETE(as->mutes, r);
	free(r);
}

void
alert_mutes_free(struct alerts *as)
{
	struct alert_mute_rule *r, *tmp;

	DL_FOREACH_SAFE(as->mutes, r, tmp)
		mute_drop(as, r);
}

const char *
alert_learn_mute(struct monitor *m, const struct msg *msg)
{
	struct alert_mute_rule *r;
	unsigned int n = 0;

	if (m->alerts == NULL)
		return NULL;
	DL_FOREACH(m->alerts->mutes, r) {
		n++;
		if (r->mute.id == msg->mute.id)
			break;
	}
	if (r == NULL) {
		if (n >= ALERT_MUTES)
			return "too many mutes";
		if ((r = calloc(1, sizeof(*r))) == NULL)
			return "out of memory";
		DL_APPEND(m->alerts->mutes, r);
	}
	r->stale = false;
	r->mute.id = msg->mute.id;
	r->mute.device = msg->mute.device;
	r->mute.until = msg->mute.until;
	snprintf(
	    r->mute.target, sizeof(r->mute.target), "%s", msg->mute.target);
	return NULL;
}

void
alert_mute_gone(struct monitor *m, int64_t id)
{
	struct alert_mute_rule *r, *tmp;

	if (m->alerts == NULL)
		return;
	DL_FOREACH_SAFE(m->alerts->mutes, r, tmp)
		if (r->mute.id == id)
			mute_drop(m->alerts, r);
}

void
alert_mutes_reload(struct alerts *as)
{
	struct alert_mute_rule *r;

	DL_FOREACH(as->mutes, r)
		r->stale = true;
}

void
alert_mutes_loaded(struct alerts *as)
{
	struct alert_mute_rule *r, *tmp;

	DL_FOREACH_SAFE(as->mutes, r, tmp)
		if (r->stale)
			mute_drop(as, r);
}

static bool
mute_fits(const struct monitor *m, const struct alert_mute *mute,
    const struct alert *a)
{
	const struct dir_device *dev;

	switch (alert_target(mute->target)) {
	case ALERT_TARGET_ALL:
		return true;
	case ALERT_TARGET_KIND:
		return strcmp(mute->target, alert_kind_name(a->kind)) == 0;
	case ALERT_TARGET_ADDR:
		return strcmp(mute->target, a->subject) == 0;
	case ALERT_TARGET_TAG:
		if (strcmp(mute->target + 4, a->tag) == 0)
			return true;
		dev = a->device != 0 ? directory_device(&m->dir, a->device)
				     : NULL;
		return dev != NULL &&
		       device_has_tag(dev->tags, mute->target + 4);
	default:
		return mute->device != 0 && mute->device == a->device;
	}
}

bool
alert_muted(const struct monitor *m, const struct alert *a)
{
	const struct alert_mute_rule *r;
	int64_t now = clock_wall();

	if (a->kind == ALERT_TEST)
		return false;
	DL_FOREACH(m->alerts->mutes, r)
		if (r->mute.until > now && mute_fits(m, &r->mute, a))
			return true;
	return false;
}
