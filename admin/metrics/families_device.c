#include "config.h"

#include "families_device.h"
#include "show.h"

struct series {
	struct exposition *x;
	const struct family *family;
};

/* One value of each device; false: this device has none. */
struct family {
	const char *name, *help;
	bool needs_server;
	bool (*value)(const struct device *, double *);
};

static bool
value_up(const struct device *d, double *value)
{
	enum device_state state = show_state(d);

	*value = state == DEVICE_ONLINE || state == DEVICE_LATE;
	return true;
}

static bool
value_seen(const struct device *d, double *value)
{
	*value = (double)d->last_seen / 1e6;
	return d->last_seen != 0;
}

static bool
value_interval(const struct device *d, double *value)
{
	*value = d->interval;
	return d->interval != 0;
}

static const struct family families[] = {
    {"et_device_up", "1 if the device is online or late.", true, value_up},
    {"et_device_last_seen_seconds",
	"Time of the device's last poll, since the epoch.", false, value_seen},
    {"et_device_interval_seconds", "Measured time between the device's polls.",
	false, value_interval},
};

static int
write_one(void *arg, const struct device *d)
{
	struct series *s = arg;
	double value;

	if (!s->family->value(d, &value))
		return 0;
	exposition_sample(s->x, "");
	exposition_label(s->x, "device", d->name);
	exposition_real(s->x, value);
	return ferror(s->x->file) != 0;
}

enum store_result
families_device_write(struct exposition *x, struct store *store, bool served)
{
	struct series s = {.x = x};
	enum store_result result = STORE_OK;
	size_t i;

	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		s.family = &families[i];
		if (s.family->needs_server && !served)
			continue;
		exposition_family(
		    x, s.family->name, EXPOSITION_GAUGE, s.family->help);
		result = store_device_each(store, write_one, &s);
		if (result != STORE_OK)
			break;
	}
	return result;
}
