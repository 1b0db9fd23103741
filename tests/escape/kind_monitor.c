/*
 * Steps from within the monitor's seal, whose files are in the store's folder.
 */
#include "config.h"

#include <sys/prctl.h>

#include "conf.h"
#include "escape.h"
#include "filter.h"

static const char *
monitor_enter(uint32_t node_port)
{
	const struct conf conf = {.installer = prey.file,
	    .event_log = prey.file,
	    .alert_log = prey.file};

	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return "no-new-privs";
	return filter_monitor(&conf, prey.file, node_port);
}

static const char *
monitor_seal(void)
{
	return monitor_enter(0);
}

/* With node-listen, at a port that nobody has here. */
static const char *
monitor_seal_node(void)
{
	return monitor_enter(7);
}

const struct kind kinds[] = {{"monitor", monitor_seal, false},
    {"monitor-node", monitor_seal_node, false}};
const size_t nkinds = sizeof(kinds) / sizeof(kinds[0]);
