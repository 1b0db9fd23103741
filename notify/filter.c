#include "config.h"

#include <fnmatch.h>
#include <string.h>

#include "alert_line.h"
#include "filter.h"

/* An empty list takes everything. */
static bool
filter_text(char *const *patterns, const char *text)
{
	size_t i;

	for (i = 0; patterns[i] != NULL; i++)
		if (fnmatch(patterns[i], text, 0) == 0)
			return true;
	return i == 0;
}

/* The subject, or one of the devices. */
static bool
filter_subject(char *const *patterns, const json_t *alert)
{
	json_t *devices = json_object_get(alert, "devices"), *device;
	size_t i;

	if (filter_text(patterns, alert_text(alert, "subject")))
		return true;
	json_array_foreach(devices, i, device)
		if (filter_text(patterns, json_string_value(device)))
			return true;
	return false;
}

bool
filter_wants(const struct receiver *r, const json_t *alert)
{
	return filter_text(r->kinds, alert_text(alert, "kind")) &&
	       filter_text(r->severities, alert_text(alert, "severity")) &&
	       filter_text(r->events, alert_text(alert, "event")) &&
	       filter_subject(r->subjects, alert);
}
