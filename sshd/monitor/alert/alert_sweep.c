#include "config.h"

#include "alert_gone.h"
#include "alert_limits.h"
#include "alert_list.h"
#include "alert_server.h"
#include "alert_sweep.h"
#include "alert_tell.h"
#include "monitor.h"

void
alert_sweep(struct monitor *m, bool able)
{
	if (m->alerts == NULL)
		return;
	alert_gone_sweep(m, able);
	alert_health_sweep(m);
	alert_server_sweep(m);
	alert_tell_all(m);
	alert_record(m);
}

void
alert_after_load(struct monitor *m)
{
	bool first = m->alerts != NULL && !m->alerts->adopted;

	alert_loaded(m);
	if (first)
		alert_gone_restore(m);
}
