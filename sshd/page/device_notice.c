#include "config.h"

#include <stdio.h>

#include "clock.h"
#include "device.h"
#include "device_notice.h"
#include "notice.h"
#include "operator.h"
#include "page.h"
#include "site.h"

#define AGAIN 2 /* s until the browser asks again */
#define SECOND INT64_C(1000000) /* us */

/* When the device polls next, as far as is known. */
static void
describe_due(char *text, size_t size, const struct site *site,
    const struct device *dev, int64_t now)
{
	unsigned int interval =
	    dev->interval > 0 ? dev->interval : DEVICE_INTERVAL;
	int64_t due = dev->last_seen + interval * SECOND;

	if (dev->last_seen == 0)
		snprintf(text, size,
		    "waiting for %s's first poll: it has not polled yet",
		    site->name);
	else if (due > now)
		snprintf(text, size,
		    "waiting for %s's next poll, due in %lld s", site->name,
		    (long long)((due - now + SECOND - 1) / SECOND));
	else
		snprintf(text, size,
		    "waiting for %s's next poll, expected %lld s ago",
		    site->name, (long long)((now - due) / SECOND));
}

void
device_notice_waiting(struct page *p, int fd, const struct site *site)
{
	char text[DEVICE_NAME + 128];
	struct notice n = {
	    .status = 503, .title = site->name, .text = text, .again = AGAIN};
	struct device dev;

	if (store_device_named(p->store, site->name, &dev) == STORE_OK)
		describe_due(text, sizeof(text), site, &dev, clock_wall());
	else
		snprintf(text, sizeof(text), "waiting for %s", site->name);
	notice_send(fd, &n);
}

void
device_notice_refused(
    struct page *p, int fd, const struct site *site, const char *why)
{
	char text[MSG_TEXT + DEVICE_NAME + 32];
	struct notice n = {.status = 502, .title = site->name, .text = text};
	struct device dev;

	if (store_device_named(p->store, site->name, &dev) != STORE_OK)
		n.status = 404;
	else if (!dev.enabled || !operator_reaches(p->who.role, p->who.grants,
				     dev.name, dev.tags, site->port))
		n.status = 403;
	snprintf(
	    text, sizeof(text), "%s port %u: %s", site->name, site->port, why);
	notice_send(fd, &n);
}

void
device_notice_full(int fd)
{
	const struct notice n = {.status = 503,
	    .title = "Too many visitors",
	    .text = "Too many connections wait for devices at once.",
	    .again = 0};

	notice_send(fd, &n);
}
