#include "config.h"

#include "alert.h"
#include "alert_rhythm.h"
#include "conf.h"
#include "directory.h"

#define LATE_MOST 60.0 /* s that a poll may be late, at most */
#define HOLD_MOST 300.0 /* s */
#define HOLD_MORE 10.0 /* s: two sweeps */

uint32_t
alert_every(const struct dir_device *dev)
{
	uint32_t every = dev->interval > dev->next ? dev->interval : dev->next;

	return every > DEVICE_INTERVAL ? every : DEVICE_INTERVAL;
}

/* Of several tags with a number the greatest counts. */
static unsigned int
rhythm_polls(const struct conf *conf, const struct dir_device *dev)
{
	unsigned int polls = 0;
	size_t i;

	for (i = 0; i < conf->nalert_after_tag; i++)
		if (conf->alert_after_tag[i].polls > polls &&
		    device_has_tag(dev->tags, conf->alert_after_tag[i].tag))
			polls = conf->alert_after_tag[i].polls;
	return polls > 0 ? polls : conf->alert_after;
}

/* A poll is not missing at once when it is due. */
static double
rhythm_late(uint32_t every)
{
	return every / 4.0 < LATE_MOST ? every / 4.0 : LATE_MOST;
}

double
alert_limit(const struct conf *conf, const struct dir_device *dev)
{
	uint32_t every = alert_every(dev);

	return (double)every * rhythm_polls(conf, dev) + rhythm_late(every);
}

double
alert_hold(const struct dir_device *dev)
{
	uint32_t every = alert_every(dev);

	return (every < HOLD_MOST ? every : HOLD_MOST) + HOLD_MORE;
}
