/*
 * The options of et-notify.conf(5): names, defaults, and the check of each
 * value, which libconfuse makes while it reads.
 */
#ifndef CONF_OPTION_H
#define CONF_OPTION_H

#include <confuse.h>

#include "conf.h"

/* All options.  NULL: no memory.  End it with cfg_free. */
cfg_t	*conf_declare(void);

#endif
