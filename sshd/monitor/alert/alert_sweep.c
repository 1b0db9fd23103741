#include "config.h"

#include <stdlib.h>

#include "alert_bound.h"
#include "alert_gone.h"
#include "alert_list.h"
#include "alert_mute.h"
#include "alert_often.h"
#include "alert_server.h"
#include "alert_sweep.h"
#include "alert_tell.h"
#include "directory.h"
#include "event_file.h"
#include "monitor.h"

struct alerts *
alerts_new(const char *path)
{
	struct alerts *as;

	if ((as = calloc(1, sizeof(*as))) == NULL || *path == '\0')
		return as;
	if ((as->file = calloc(1, sizeof(*as->file))) != NULL) {
		as->file->what = "alert log";
		if (event_file_open(as->file, path) == 0)
			return as;
		free(as->file);
	}
	free(as);
	return NULL;
}

void
alerts_free(struct alerts *as)
{
	if (as == NULL)
		return;
	alert_free_all(as);
	alert_mutes_free(as);
	alert_bounds_free(as);
	alert_often_free(as);
	if (as->file != NULL)
		event_file_close(as->file);
	free(as->file);
	free(as);
}

void
alert_before_load(struct monitor *m)
{
	if (m->alerts == NULL)
		return;
	alert_mutes_reload(m->alerts);
	alert_bounds_reload(m->alerts);
}

void
alert_after_load(struct monitor *m)
{
	bool first;

	if (m->alerts == NULL)
		return;
	first = !m->alerts->adopted;
	alert_mutes_loaded(m->alerts);
	alert_bounds_loaded(m->alerts);
	alert_loaded(m);
	if (first)
		alert_gone_restore(m);
}

void
alert_take_over(struct monitor *m)
{
	struct dir_device *dev, *tmp;

	if (m->alerts == NULL)
		return;
	HASH_ITER(hh, m->dir.devices, dev, tmp) {
		dev->alert = NULL;
		dev->key_alert = dev->pending = false;
	}
	alert_free_all(m->alerts);
	m->alerts->adopted = false;
}

void
alert_sweep(struct monitor *m, bool able)
{
	if (m->alerts == NULL)
		return;
	if (!m->alerts->adopted) {
		alert_loaded(m);
		alert_gone_restore(m);
		alert_test_late(m);
	}
	alert_gone_sweep(m, able);
	alert_health_sweep(m);
	alert_server_sweep(m);
	alert_often_sweep(m->alerts);
	alert_tell_all(m);
	alert_record(m);
}
